"""The line's day in numbers."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import Json
from app.line import Day

_READ = text("""
select coalesce(d.cap, :cap) as cap, coalesce(d.used, 0) as used, coalesce(d.held, 0) as held,
       (select count(*) from callbacks c
         where c.province = :province and c.state in ('waiting', 'offered')) as callbacks
from (select 1) as one
left join call_days d on d.province = :province and d.day = :day
""")


def read(session: Session, day: Day) -> Json:
    """`{"day","cap","used","remaining","callbacks"}`; slots held for call-backs don't remain."""
    row = session.execute(_READ, day.parameters).one()
    return {
        "day": day.day.isoformat(),
        "cap": row.cap,
        "used": row.used,
        "remaining": row.cap - row.used - row.held,
        "callbacks": row.callbacks,
    }
