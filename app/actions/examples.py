"""What people teach the rules: each return and each referral of a person, kept as an example."""

from sqlalchemy.orm import Session

from app.actions.story import Teller
from app.ids import new_id
from app.models.correspondence import Correspondence
from app.models.example import RoutingExample


def keep(session: Session, teller: Teller, letter: Correspondence, kind: str, agency: str) -> None:
    """`referred`: the agency is right for the letter; `returned`: it is wrong."""
    session.add(
        RoutingExample(
            id=new_id(),
            province=teller.province,
            correspondence_id=letter.id,
            kind=kind,
            agency_code=agency,
            decided_by=teller.actor.ref,
            at=teller.now,
            rules_version=letter.rules_version,
        )
    )
