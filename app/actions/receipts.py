"""Owing a citizen a receipt: at most one a stage, never before the stage before it; and one for
each notice on the way."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import codes
from app.actions.story import Teller
from app.ids import new_id
from app.models.notice import Notice
from app.models.receipt import SETTLED, Receipt, Stage


def owe(session: Session, teller: Teller, stage: Stage, bodies: Mapping[UUID, str]) -> None:
    """Write the receipts of locked letters, by id, down; one that is already owed or sent for this
    stage stays as it is."""
    if not bodies:
        return
    # We hold the letter's row, and the event of a worker that settles one of its receipts needs
    # that row too. So either it has finished (we see it settled), or it waits for us and then finds
    # our receipt and sets it free. To lock the receipts as well would make us wait for each other.
    unsettled = select(Receipt.correspondence_id).where(
        Receipt.correspondence_id.in_(bodies), Receipt.state.not_in(SETTLED)
    )
    wait = set(session.scalars(unsettled))
    rows = [
        {
            "id": new_id(),
            "province": teller.province,
            "correspondence_id": letter,
            "stage": stage,
            "local_id": codes.mint_local_id(),
            "text": body,
            "not_before": "infinity" if letter in wait else teller.now,
            "created_at": teller.now,
        }
        for letter, body in bodies.items()
    ]
    once = insert(Receipt).on_conflict_do_nothing(index_elements=["correspondence_id", "stage"])
    session.execute(once.values(rows))


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
