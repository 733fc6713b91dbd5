"""The call-back list: a promised day for each, offered first thing, oldest first."""

import logging
from datetime import date
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.actions import capacity, entering, registration
from app.actions.capacity import NoRoom
from app.actions.story import Teller, clock
from app.actors import SYSTEM, Actor, allow
from app.db import Json
from app.door import NewCorrespondence, Person
from app.lifecycle import Channel
from app.line import Day
from app.models.call_day import Callback
from app.models.citizen import Citizen
from app.persian import tehran_day
from app.tools import Tools
from app.vault import Place
from sms.phone import Phone

logger = logging.getLogger(__name__)

AT_ONCE = 500
TRIES_BEFORE_GIVING_UP = 5


class NotWaiting(Exception):
    """This call-back is done, given up or not promised for today."""


_OFFER = text("""
update callbacks set state = 'offered'
where id in (
    select id from callbacks
    where province = :province and state = 'waiting' and due_on = :today
    order by created_at limit :limit for update skip locked)
returning id, due_on
""")


def offer(tools: Tools) -> int:
    """Make today's call-backs visible to operators and promise a new day to those of days gone.

    Their slots were held when the day was promised, so new calls can't have taken them.
    Returns how many were offered or promised anew.
    """
    holidays = tools.book.current().holidays
    with tools.sessions.begin() as session:
        teller = Teller(tools.province, SYSTEM, clock(session))
        today = tehran_day(teller.now)
        offered = session.execute(
            _OFFER, {"province": tools.province, "today": today, "limit": AT_ONCE}
        ).all()
        for row in offered:
            teller.tell(session, "callback_offered", None, callback=str(row.id))
        from_today = Day(tools.province, today, tools.line)
        return len(offered) + _renew(session, teller, from_today, holidays)


def _renew(session: Session, teller: Teller, today: Day, holidays: frozenset[date]) -> int:
    late = session.scalars(
        select(Callback)
        .where(Callback.province == today.province, Callback.due_on < today.day)
        .where(Callback.state.in_(("waiting", "offered")))
        .order_by(Callback.created_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for renewed, callback in enumerate(late):
        try:
            due_on = capacity.promise(session, today, holidays)
        except NoRoom:
            logger.error("no day has room for the call-backs of days gone by: is the cap right?")
            return renewed
        capacity.release_promise(session, Day(today.province, callback.due_on, today.line))
        callback.due_on, callback.state = due_on, "waiting"
        promised = {"callback": str(callback.id), "due_on": due_on.isoformat()}
        teller.tell(session, "callback_renewed", None, **promised)
    return len(late)


def reached(tools: Tools, actor: Actor, callback_id: UUID) -> Json:
    """The citizen was reached: register the call in the slot held for it.

    Returns the body of a registration. Raises Forbidden, NotWaiting, CapReached.
    """
    allow(actor, "call back")
    reference = tools.book.current()
    with tools.sessions.begin() as session:
        teller = Teller(tools.province, actor, clock(session))
        today = tehran_day(teller.now)
        callback = _of_today(session, callback_id, today)
        new = _correspondence(tools, session, callback)
        routed = registration.route(tools, new, reference)
        made = registration.compose(tools, routed, teller.now, "callback")
        entering.write(session, [made], actor)
        callback.state, callback.correspondence_id = "done", made.id
        teller.tell(session, "called_back", made.id, callback=str(callback.id))
        session.flush()
        capacity.use_promised_slot(session, Day(tools.province, today, tools.line))
    tools.bell.ring()
    return made.body


def not_reached(tools: Tools, actor: Actor, callback_id: UUID) -> int:
    """Nobody answered: it counts, and after five times it is given up and its slot set free.

    Returns the number of tries so far. Raises Forbidden, NotWaiting.
    """
    allow(actor, "call back")
    with tools.sessions.begin() as session:
        teller = Teller(tools.province, actor, clock(session))
        today = tehran_day(teller.now)
        callback = _of_today(session, callback_id, today)
        callback.attempts += 1
        if callback.attempts >= TRIES_BEFORE_GIVING_UP:
            callback.state = "given_up"
            capacity.release_promise(session, Day(tools.province, today, tools.line))
        tries = {"callback": str(callback.id), "tries": callback.attempts}
        teller.tell(session, "callback_not_reached", None, **tries)
        return callback.attempts


def _of_today(session: Session, callback_id: UUID, today: date) -> Callback:
    callback = session.get(Callback, callback_id, with_for_update=True)
    if callback is None or callback.due_on != today:
        raise NotWaiting
    if callback.state not in ("waiting", "offered"):
        raise NotWaiting
    return callback


def _correspondence(tools: Tools, session: Session, callback: Callback) -> NewCorrespondence:
    def opened(column: str) -> str:
        place = Place("callbacks", column, callback.id)
        return tools.vault.open(getattr(callback, f"{column}_sealed"), place)

    citizen = session.get_one(Citizen, callback.citizen_id)
    place = Place("citizens", "national_id", citizen.id)
    person = Person(
        tools.vault.open(citizen.national_id_sealed, place),
        Phone(opened("mobile")),
        opened("first_name"),
        opened("last_name"),
    )
    bank, covered_by = (callback.fields.get(name) for name in ("bank", "covered_by"))
    return NewCorrespondence(
        Channel.CALL, callback.text, person, callback.county, bank, covered_by, callback.created_at
    )
