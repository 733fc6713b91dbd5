"""The telephone line's day: slots taken, slots promised to call-backs, never more than the cap."""

from datetime import date

from sqlalchemy import Row, bindparam, select, text
from sqlalchemy.orm import Session

from app import deadlines
from app.actions.story import Teller, clock
from app.actors import SYSTEM
from app.db import Json
from app.line import Day
from app.models.call_day import CallDay
from app.queries import capacity as reading
from app.tools import Tools

HORIZON_DAYS = 1000


class CapReached(Exception):
    """No slot is left on this day."""


class NoRoom(Exception):
    """No day within the horizon can take another call-back: the cap is set far too low."""


# With a cap of 0 in the settings no row is made, but one that is there has the cap it was given.
_TAKE = text("""
insert into call_days as d (province, day, cap, used)
select :province, :day, greatest(:cap, 1), 1
where :cap > 0 or exists (select from call_days where province = :province and day = :day)
on conflict (province, day) do update set used = d.used + 1 where d.used + d.held < d.cap
returning used
""")

_PROMISE = text("""
insert into call_days as d (province, day, cap, held, promised)
select :province, :day, greatest(:cap, 1), 1, 1
where :cap > 0 or exists (select from call_days where province = :province and day = :day)
on conflict (province, day) do update set held = d.held + 1, promised = d.promised + 1
  where d.used + d.held < d.cap and d.promised < greatest(1, floor(d.cap * :share))
returning day
""")

_USE_HELD = text("""
update call_days set held = held - 1, used = used + 1
where province = :province and day = :day and held > 0
returning used
""")

_RELEASE = text("""
update call_days set held = held - 1
where province = :province and day = :day and held > 0
returning held
""")

_SET_CAP = text("""
insert into call_days as d (province, day, cap) values (:province, :day, :cap)
on conflict (province, day) do update set cap = greatest(:cap, d.used + d.held)
returning cap, used, held
""")


def take_slot(session: Session, day: Day) -> None:
    """Count one call; raises CapReached. Take it last: the row is shared by everybody."""
    if session.execute(_TAKE, day.parameters).first() is None:
        raise CapReached


def use_promised_slot(session: Session, day: Day) -> None:
    """Count a call-back on the day it was promised for, from the slots held for it."""
    if session.execute(_USE_HELD, day.parameters).first() is None:
        raise CapReached


def release_promise(session: Session, day: Day) -> None:
    """Give a held slot back, for instance when its day has passed."""
    session.execute(_RELEASE, day.parameters)


def promise(session: Session, after: Day, holidays: frozenset[date]) -> date:
    """Hold a slot on the first working day after this one that has room; raises NoRoom.

    A day gives call-backs at most `callback_share` of its cap (at least one slot).
    """
    full = _full_days(session, after)
    day = after.day
    for _ in range(HORIZON_DAYS):
        day = deadlines.next_working_day(day, holidays)
        target = Day(after.province, day, after.line)
        if day not in full and session.execute(_PROMISE, target.parameters).first():
            return day
    raise NoRoom


_FULL = (
    select(CallDay.day)
    .where(CallDay.province == bindparam("province"), CallDay.day > bindparam("day"))
    .where(
        text(
            "(used + held >= call_days.cap"
            " or promised >= greatest(1, floor(call_days.cap * :share)))"
        )
    )
)


def _full_days(session: Session, after: Day) -> frozenset[date]:
    return frozenset(session.scalars(_FULL, after.parameters))


def set_cap(session: Session, day: Day, cap: int) -> Row[tuple[int, int, int]]:
    """Set the cap; it never falls below what is used and held. Returns cap, used, held."""
    return session.execute(_SET_CAP, day.parameters | {"cap": cap}).one()


def change_cap(tools: Tools, day: date, cap: int) -> Json:
    """An administrator's change of one day's cap, with its event. Returns the day in numbers."""
    target = Day(tools.province, day, tools.line)
    with tools.sessions.begin() as session:
        teller = Teller(tools.province, SYSTEM, clock(session))
        changed = set_cap(session, target, cap)
        asked = {"day": day.isoformat(), "asked": cap, "cap": changed.cap}
        teller.tell(session, "cap_changed", None, **asked)
        session.flush()
        return reading.read(session, target)
