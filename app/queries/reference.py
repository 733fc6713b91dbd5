"""What changes rarely and is read at every registration: agencies, holidays, the active rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import deadlines
from app.models.agency import TRIAGE, Agency
from app.models.reference import Holiday
from app.queries import rules


@dataclass(frozen=True, slots=True)
class Office:
    """An agency as routing, deadlines and texts need it."""

    code: str
    name: str
    sms_name: str
    deadline_days: int


@dataclass(frozen=True, slots=True)
class Reference:
    """`rules`: the active version, if one was activated."""

    offices: Mapping[str, Office]
    holidays: frozenset[date]
    rules: str | None = None

    def owner(self, agency: str) -> Office:
        """The active office of this code, or the triage desk: a letter never has no owner."""
        return self.offices.get(agency) or self.offices[TRIAGE]

    def due_at(self, start: datetime, office: Office) -> datetime:
        return self.later(start, office.deadline_days)

    def later(self, start: datetime, working_days: int) -> datetime:
        """The end of the n-th working day after this instant."""
        return deadlines.due_at(start, working_days, self.holidays)


def read(session: Session) -> Reference:
    """Active agencies, all holidays and the active rules' version as they stand now."""
    agencies = session.scalars(select(Agency).where(Agency.active))
    return Reference(
        {a.code: Office(a.code, a.name, a.sms_name, a.deadline_days) for a in agencies},
        frozenset(session.scalars(select(Holiday.day))),
        rules.active(session),
    )
