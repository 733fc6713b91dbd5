"""What owners do with a correspondence: refer, claim, forward to a branch, return."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import access
from app.access import Wanted
from app.actions import clocks, examples, receipts
from app.actions.story import Teller, clock
from app.actors import Actor, Forbidden, Role, allow
from app.db import Json
from app.door import Fault, Invalid, is_storable
from app.ids import new_id
from app.lifecycle import WITH_AGENCY, IllegalMove, Status, move
from app.models.agency import TRIAGE, Branch
from app.models.correspondence import Correspondence
from app.models.example import REFERRED, RETURNED
from app.models.receipt import Stage
from app.models.referral import Referral
from app.queries.desk import summary
from app.queries.reference import Office, Reference
from app.tools import Tools
from sms import texts

REASON_LIMIT = 500
RETURNS_BEFORE_SUPERVISOR = 3


class Taken(Exception):
    """A colleague has claimed it."""


class FinallyReferred(Exception):
    """The supervisor has decided; it can't be returned again."""


def refer(tools: Tools, actor: Actor, code: Wanted, agency: str, reason: str) -> Json:
    """Triage (or the supervisor) sends a correspondence to its office and tells the citizen.

    Raises Forbidden, NotFound, IllegalMove, Invalid. From the third return on, and after an
    objection, only the supervisor refers.
    """
    allow(actor, "refer")
    reason = checked_reason(reason)
    reference = tools.book.current()
    office = destination(reference, agency)
    with tools.sessions.begin() as session:
        letter = access.find(session, actor, code, lock=True)
        if is_for_supervisor(letter) and actor.role is not Role.SUPERVISOR:
            raise Forbidden("the supervisor decides after the third return or an objection")
        if letter.status != Status.TRIAGE:
            raise IllegalMove(f"{letter.status} → referred")
        teller = Teller(tools.province, actor, clock(session))
        due_at = clocks.citizens_clock(reference, letter, office, teller.now)
        send_on(session, teller, {letter: due_at}, office, reason)
        answer = summary(letter, reference)
    tools.bell.ring()
    return answer


def destination(reference: Reference, agency: str) -> Office:
    """An office that letters may be referred to. Raises Invalid."""
    office = reference.offices.get(agency)
    if office is None or office.code == TRIAGE:
        raise Invalid(Fault("agency", "unknown-agency"))
    return office


def send_on(
    session: Session,
    teller: Teller,
    letters: Mapping[Correspondence, datetime],
    office: Office,
    reason: str,
) -> None:
    """Move locked letters, each with its deadline, out of triage, with receipts and events."""
    for letter, due_at in letters.items():
        letter.due_at = due_at
    referrals = hand_over(session, teller, list(letters), office, ("referred", reason))
    for letter, referral in zip(letters, referrals, strict=True):
        letter.status = move(Status(letter.status), Status.REFERRED)
        examples.keep(session, teller, letter, REFERRED, office.code)
        teller.tell(session, "referred", letter.id, agency=office.code, referral=referral)
    said = {one.id: texts.referred(one.tracking_code, office.sms_name) for one in letters}
    receipts.owe(session, teller, Stage.REFERRED, said)


def claim(tools: Tools, actor: Actor, code: Wanted) -> Json:
    """Take a correspondence of the own agency to work on; exclusive; repeating it is harmless.

    Raises Forbidden, NotFound, Changed, Taken, IllegalMove.
    """
    allow(actor, "claim")
    reference = tools.book.current()
    with tools.sessions.begin() as session:
        letter = access.find(session, actor, code, lock=True)
        if letter.status == Status.IN_PROGRESS:
            if letter.claimed_by != actor.ref:
                raise Taken
            return summary(letter, reference)
        teller = Teller(tools.province, actor, clock(session))
        letter.status = move(Status(letter.status), Status.IN_PROGRESS)
        letter.claimed_by, letter.claimed_at = actor.ref, teller.now
        letter.version += 1
        teller.tell(session, "claimed", letter.id)
        return summary(letter, reference)


def forward(tools: Tools, actor: Actor, code: Wanted, branch: str) -> Json:
    """Hand a correspondence to a branch of the own agency, named by its county or name.

    Raises Forbidden, NotFound, Changed, Taken, IllegalMove, Invalid.
    """
    allow(actor, "forward")
    if not is_storable(branch):
        raise Invalid(Fault("branch", "unknown-branch"))
    reference = tools.book.current()
    with tools.sessions.begin() as session:
        letter = access.find(session, actor, code, lock=True)
        held_by(letter, actor)
        named = (Branch.name == branch.strip()) | (Branch.county == branch.strip())
        own = select(Branch).where(Branch.agency_code == letter.owner_code, Branch.active, named)
        found = session.scalars(own.order_by(Branch.name).limit(1)).first()
        if found is None:
            raise Invalid(Fault("branch", "unknown-branch"))
        letter.branch_id = found.id
        letter.version += 1
        teller = Teller(tools.province, actor, clock(session))
        teller.tell(session, "forwarded", letter.id, branch=found.name)
        return summary(letter, reference)


def give_back(tools: Tools, actor: Actor, code: Wanted, reason: str) -> Json:
    """Return a wrong referral to triage with the reason; it counts.

    A pause ends. Raises Forbidden, NotFound, Changed, Taken, IllegalMove, Invalid, FinallyReferred.
    """
    allow(actor, "return")
    reason = checked_reason(reason)
    reference = tools.book.current()
    with tools.sessions.begin() as session:
        letter = access.find(session, actor, code, lock=True)
        held_by(letter, actor)
        if is_for_supervisor(letter):
            raise FinallyReferred
        teller = Teller(tools.province, actor, clock(session))
        clocks.resume(session, teller, letter, reference)
        former, triage = letter.owner_code, reference.offices[TRIAGE]
        letter.due_at = reference.due_at(teller.now, triage)
        (referral,) = hand_over(session, teller, [letter], triage, ("returned", reason))
        letter.status = move(Status(letter.status), Status.TRIAGE)
        letter.returns += 1
        examples.keep(session, teller, letter, RETURNED, former)
        teller.tell(session, "returned", letter.id, agency=former, referral=referral)
        return summary(letter, reference)


def is_for_supervisor(letter: Correspondence) -> bool:
    """Whether only the supervisor decides where it goes, and finally."""
    return letter.returns >= RETURNS_BEFORE_SUPERVISOR or letter.objected_at is not None


def held_by(letter: Correspondence, actor: Actor) -> None:
    """Return if the actor may act on it now: open at the agency, and no colleague's.

    A manager acts for the staff. Raises IllegalMove, Taken.
    """
    if letter.status not in WITH_AGENCY:
        raise IllegalMove(letter.status)
    if letter.claimed_by not in (None, actor.ref) and actor.role is not Role.MANAGER:
        raise Taken


def hand_over(
    session: Session,
    teller: Teller,
    letters: Sequence[Correspondence],
    to: Office,
    why: tuple[str, str],
) -> list[str]:
    """End the open referral of each and open the next: (what ended it, reason). The owner changes.

    Returns the ids of the new referrals. Events name them instead of repeating the reason, which
    people write and which may say who somebody is.
    """
    end_referrals(session, teller, letters, why[0])
    opened = [_stay(teller, letter, to, why[1]) for letter in letters]
    session.add_all(opened)
    for letter in letters:
        letter.owner_code = to.code
        letter.claimed_by = letter.claimed_at = letter.branch_id = None
        letter.version += 1
    return [str(one.id) for one in opened]


def _stay(teller: Teller, letter: Correspondence, to: Office, reason: str) -> Referral:
    return Referral(
        id=new_id(),
        province=teller.province,
        correspondence_id=letter.id,
        agency_code=to.code,
        decided_by=teller.actor.ref,
        reason=reason,
        opened_at=teller.now,
        due_at=letter.due_at,
    )


def end_referrals(
    session: Session, teller: Teller, letters: Sequence[Correspondence], why: str
) -> None:
    own = Referral.correspondence_id.in_([letter.id for letter in letters])
    session.execute(
        update(Referral)
        .where(own, Referral.ended_at.is_(None))
        .values(ended_at=teller.now, end_reason=why)
    )


def checked_reason(raw: str) -> str:
    """A reason in words; raises Invalid."""
    reason = raw.strip()
    if not reason:
        raise Invalid(Fault("reason", "reason-empty"))
    if len(reason) > REASON_LIMIT:
        raise Invalid(Fault("reason", "too-long"))
    if not is_storable(reason):
        raise Invalid(Fault("reason", "bad-character"))
    return reason
