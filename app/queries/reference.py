"""What changes rarely and is read at every registration: agencies and holidays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import deadlines
from app.models.agency import TRIAGE, Agency
from app.models.reference import Holiday


@dataclass(frozen=True, slots=True)
class Office:
    """An agency as routing, deadlines and texts need it."""

    code: str
    name: str
    sms_name: str
    deadline_days: int


@dataclass(frozen=True, slots=True)
class Reference:
    offices: Mapping[str, Office]
    holidays: frozenset[date]

    def owner(self, agency: str) -> Office:
        """The active office of this code, or the triage desk: a letter never has no owner."""
        return self.offices.get(agency) or self.offices[TRIAGE]

    def due_at(self, start: datetime, office: Office) -> datetime:
        return deadlines.due_at(start, office.deadline_days, self.holidays)


def read(session: Session) -> Reference:
    """Active agencies and all holidays as they stand now."""
    agencies = session.scalars(select(Agency).where(Agency.active))
    return Reference(
        {a.code: Office(a.code, a.name, a.sms_name, a.deadline_days) for a in agencies},
        frozenset(session.scalars(select(Holiday.day))),
    )
