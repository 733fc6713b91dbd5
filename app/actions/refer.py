"""What owners do with a correspondence: refer, claim, forward to a branch, return."""

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
        send_on(session, teller, letter, (office, due_at, reason))
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
    letter: Correspondence,
    whither: tuple[Office, datetime, str],
) -> None:
    """Move a locked letter out of triage: (to whom, until when, why), with receipt and event."""
    office, letter.due_at, reason = whither
    referral = hand_over(session, teller, letter, office, ("referred", reason))
    letter.status = move(Status(letter.status), Status.REFERRED)
    said = texts.referred(letter.tracking_code, office.sms_name)
    receipts.owe(session, teller, letter, Stage.REFERRED, said)
    examples.keep(session, teller, letter, REFERRED, office.code)
    teller.tell(session, "referred", letter.id, agency=office.code, referral=referral)


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
        referral = hand_over(session, teller, letter, triage, ("returned", reason))
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
    session: Session, teller: Teller, letter: Correspondence, to: Office, why: tuple[str, str]
) -> str:
    """End the open referral and open the next: (what ended it, reason). The owner changes.

    Returns the id of the new referral. Events name it instead of repeating the reason, which
    people write and which may say who somebody is.
    """
    end_referral(session, teller, letter, why[0])
    referral_id = new_id()
    session.add(
        Referral(
            id=referral_id,
            province=teller.province,
            correspondence_id=letter.id,
            agency_code=to.code,
            decided_by=teller.actor.ref,
            reason=why[1],
            opened_at=teller.now,
            due_at=letter.due_at,
        )
    )
    letter.owner_code = to.code
    letter.claimed_by = letter.claimed_at = letter.branch_id = None
    letter.version += 1
    return str(referral_id)


def end_referral(session: Session, teller: Teller, letter: Correspondence, why: str) -> None:
    session.execute(
        update(Referral)
        .where(Referral.correspondence_id == letter.id, Referral.ended_at.is_(None))
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
