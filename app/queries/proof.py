"""Codes by SMS: whether one would leave now, and what became of one."""

from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.models.correspondence import Correspondence
from app.models.message import Message
from app.models.phone_check import PhoneCheck
from app.sending import FIRST
from app.vault import Place, Vault
from sms.phone import Phone

# The second provider counts where its account was looked at lately (every day). A code that could
# not leave twice says that the line is away before a receipt has found out.
_CAN_SEND = text("""
select (
    not exists (select from sms_lines where provider = :first
                and (stopped_at is not null or unfit is not null))
    or exists (select from sms_lines where provider <> :first
               and stopped_at is null and unfit is null
               and checked_at > now() - interval '2 days')
) and not exists (
    select from messages where state = 'pending' and kind = 'code' and attempts > 1
)
""")


def can_send(session: Session) -> bool:
    """Whether a code that is asked for now would leave at once."""
    return bool(session.scalar(_CAN_SEND, {"first": FIRST}))


def standing(session: Session, check_id: UUID) -> str | None:
    """The state of the message with the code of this check; None where there is none."""
    return session.scalar(select(Message.state).where(Message.check_id == check_id))


def mobile(session: Session, vault: Vault, check_id: UUID) -> Phone | None:
    """Where the code of this check went; None when the check is used or its time is over."""
    check = session.scalar(
        select(PhoneCheck).where(
            PhoneCheck.id == check_id,
            PhoneCheck.used_at.is_(None),
            PhoneCheck.expires_at > func.now(),
        )
    )
    if check is None:
        return None
    return Phone(vault.open(check.mobile_sealed, Place("phone_checks", "mobile", check.id)))


def letter_of(session: Session, check_id: UUID) -> str | None:
    """The tracking code of the letter that this check was used for."""
    own = select(Correspondence.tracking_code).join(
        PhoneCheck, PhoneCheck.correspondence_id == Correspondence.id
    )
    return session.scalar(own.where(PhoneCheck.id == check_id))
