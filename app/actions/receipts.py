"""Owing a citizen a receipt: at most one a stage, never before the stage before it; and one for
each notice on the way."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import codes
from app.actions.story import Teller
from app.ids import new_id
from app.models.correspondence import Correspondence
from app.models.notice import Notice
from app.models.receipt import SETTLED, Receipt, Stage


def owe(session: Session, teller: Teller, letter: Correspondence, stage: Stage, body: str) -> None:
    """Write the receipt of a locked letter down; one that is already owed or sent for this stage
    stays as it is."""
    # We hold the letter's row, and the event of a worker that settles one of its receipts needs
    # that row too. So either it has finished (we see it settled), or it waits for us and then finds
    # our receipt and sets it free. To lock the receipts as well would make us wait for each other.
    unsettled = select(Receipt.id).where(
        Receipt.correspondence_id == letter.id, Receipt.state.not_in(SETTLED)
    )
    waits = session.scalars(unsettled).first() is not None
    session.execute(
        insert(Receipt)
        .values(
            id=new_id(),
            province=teller.province,
            correspondence_id=letter.id,
            stage=stage,
            local_id=codes.mint_local_id(),
            text=body,
            not_before="infinity" if waits else teller.now,
            created_at=teller.now,
        )
        .on_conflict_do_nothing(index_elements=["correspondence_id", "stage"])
    )


def owe_for(session: Session, teller: Teller, notice: Notice, stage: Stage, body: str) -> None:
    """The receipt of a notice just written: it waits for nothing, for it is no stage of the way."""
    session.flush()
    session.add(
        Receipt(
            id=new_id(),
            province=teller.province,
            notice_id=notice.id,
            stage=stage,
            local_id=codes.mint_local_id(),
            text=body,
            not_before=teller.now,
            created_at=teller.now,
        )
    )
