"""What a person settles: receipts that nobody knows of, or that the citizen has surely not read."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from app import codes
from app.actions import recording
from app.actions.story import Teller, clock
from app.actors import SYSTEM, Actor, allow
from app.door import Fault, Invalid
from app.models.correspondence import Correspondence
from app.models.notice import Notice
from app.models.receipt import OWED, Receipt, ReceiptState
from app.tools import Tools

LONGEST_NOTE = 500
# Accepted ones are never sent again: that would be a second SMS.
MAY_GO_AGAIN = frozenset({"held", "rejected", "suppressed"})
# Its own number stands for another message there: only with a new one can it be accepted.
_NUMBER_TAKEN = ("localid", "message id is already known")


class Decision(StrEnum):
    TOLD = "told"
    WAIVED = "waived"
    AGAIN = "again"


class NotOwed(Exception):
    """There is no such receipt, it is settled by now, or it may not be sent again."""


_AGAIN = text("""
update receipts
set state = 'pending', fence = null, lease_until = null, not_before = now(), settled_at = null,
    attempts = 0, look_ups = 0, local_id = :local_id,
    first_attempt_at = case when state = 'held' then now() end
where id = :id
""")


def settle(
    tools: Tools, actor: Actor, receipt_id: UUID, decision: Decision, note: str = ""
) -> None:
    """Write a person's decision about an owed receipt down, with its event.

    `told`: the citizen knows it now, by voice. `waived`: nobody will tell; needs a note.
    `again`: send it once more; a held one goes by the same provider under the same number, which
    refuses a repeat. The next stage's receipt is set free. Raises Forbidden, Invalid, NotOwed.
    """
    if actor != SYSTEM:
        allow(actor, "send again" if decision is Decision.AGAIN else "tell")
    _check(decision, note)
    with tools.sessions.begin() as session:
        teller = Teller(tools.province, actor, clock(session))
        receipt = _locked(session, receipt_id)
        if receipt is None or receipt.state not in OWED:
            raise NotOwed
        before = receipt.state
        _decide(session, teller, receipt, decision, note)
        what = {"stage": receipt.stage, "was": before, "decision": str(decision)}
        if receipt.callback_id is not None:
            what["callback"] = str(receipt.callback_id)
        teller.tell(session, "receipt_settled", session.scalar(_letter_of(receipt_id)), **what)
        session.flush()
        if receipt.correspondence_id is not None and decision is not Decision.AGAIN:
            recording.release(session, [receipt.correspondence_id])
    tools.bell.ring()


def _check(decision: Decision, note: str) -> None:
    if len(note) > LONGEST_NOTE:
        raise Invalid(Fault("note", "text-too-long"))
    if decision is Decision.WAIVED and not note.strip():
        raise Invalid(Fault("note", "reason-empty"))


def _locked(session: Session, receipt_id: UUID) -> Receipt | None:
    """Letters before receipts, as everywhere."""
    session.execute(
        select(Correspondence.id)
        .where(Correspondence.id.in_(_letter_of(receipt_id)))
        .with_for_update(key_share=True)
    )
    return session.get(Receipt, receipt_id, with_for_update=True)


def _letter_of(receipt_id: UUID) -> Select[UUID | None]:
    """The letter that a receipt is about, be it through a notice; None for a call taken note of."""
    letter = func.coalesce(Receipt.correspondence_id, Notice.correspondence_id)
    return (
        select(letter)
        .outerjoin(Notice, Notice.id == Receipt.notice_id)
        .where(Receipt.id == receipt_id)
    )


def _decide(
    session: Session, teller: Teller, receipt: Receipt, decision: Decision, note: str
) -> None:
    receipt.note = note.strip() or None
    if decision is not Decision.AGAIN:
        receipt.state, receipt.settled_at = ReceiptState(decision), teller.now
        return
    if receipt.state not in MAY_GO_AGAIN:
        raise NotOwed
    taken = any(why in (receipt.reason or "") for why in _NUMBER_TAKEN)
    local_id = codes.mint_local_id() if taken else receipt.local_id
    session.flush()
    session.execute(_AGAIN, {"id": receipt.id, "local_id": local_id})
    session.refresh(receipt)
