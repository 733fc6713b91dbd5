"""Owing a citizen a receipt: at most one a stage, never before the stage before it."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import codes
from app.actions.story import Teller
from app.ids import new_id
from app.models.correspondence import Correspondence
from app.models.receipt import SETTLED, Receipt, Stage


def owe(session: Session, teller: Teller, letter: Correspondence, stage: Stage, body: str) -> None:
    """Write the receipt down; one that is already owed or sent for this stage stays as it is."""
    # The rows are locked, so that a worker that settles one of them either finished before
    # (we see it settled) or finds our row afterwards and sets it free.
    earlier = select(Receipt.state).where(Receipt.correspondence_id == letter.id).with_for_update()
    settled = all(state in SETTLED for state in session.scalars(earlier))
    session.execute(
        insert(Receipt)
        .values(
            id=new_id(),
            province=teller.province,
            correspondence_id=letter.id,
            stage=stage,
            local_id=codes.mint_local_id(),
            text=body,
            not_before=teller.now if settled else "infinity",
            created_at=teller.now,
        )
        .on_conflict_do_nothing(index_elements=["correspondence_id", "stage"])
    )
