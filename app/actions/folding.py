"""Folding the ledger's entries into its sums, so that reading it never grows."""

from sqlalchemy import text

from app.actions.story import Teller, clock
from app.actors import SYSTEM
from app.tools import Tools

AT_ONCE = 20_000
FOLDING = 1_110_014

_ALONE = text("select pg_try_advisory_xact_lock(:key)")

# Deleted and added in one statement: whoever reads sees each entry exactly once, and a folder
# that is killed has folded nothing.
_FOLD = text("""
with gone as (
    delete from ledger_entries
    where ctid = any (array(select ctid from ledger_entries limit :limit))
    returning *
),
places as (
    select * from gone
    union all
    select '-infinity'::date as day, province, channel, owner_code, status, received, letters,
           referred, answered, callbacks, waiting, notices, receipts, sent
    from gone
),
folded as (
    insert into ledger_sums as s
    select day, province, channel, owner_code, status, sum(received), sum(letters), sum(referred),
           sum(answered), sum(callbacks), sum(waiting), sum(notices), sum(receipts), sum(sent)
    from places group by day, province, channel, owner_code, status
    on conflict (day, province, channel, owner_code, status) do update set
        received = s.received + excluded.received, letters = s.letters + excluded.letters,
        referred = s.referred + excluded.referred, answered = s.answered + excluded.answered,
        callbacks = s.callbacks + excluded.callbacks, waiting = s.waiting + excluded.waiting,
        notices = s.notices + excluded.notices, receipts = s.receipts + excluded.receipts,
        sent = s.sent + excluded.sent
)
select count(*) from gone
""")


def fold(tools: Tools) -> int:
    """Fold what has been entered; safe to repeat, and nobody waits for it. One folds at a time: a
    second one leaves it to the first. Returns AT_ONCE while there may be more, else 0."""
    with tools.sessions.begin() as session:
        if not session.scalar(_ALONE, {"key": FOLDING}):
            return 0
        gone: int = session.execute(_FOLD, {"limit": AT_ONCE}).scalar_one()
    return gone if gone == AT_ONCE else 0


_COUNTED = "correspondences, events, callbacks, notices, receipts"
_ANEW = (
    text("set local statement_timeout = 0"),
    text(f"lock table {_COUNTED} in share row exclusive mode"),
    text("delete from ledger_entries"),
    text("delete from ledger_sums"),
    text("insert into ledger_sums select * from ledger_recount"),
)


def recount(tools: Tools) -> None:
    """Forget the sums and count everything anew, told as an event: after the doctor found that they
    differ and why is known, or when rows came in past the triggers. Writing waits meanwhile."""
    with tools.sessions.begin() as session:
        for statement in _ANEW:
            session.execute(statement)
        Teller(tools.province, SYSTEM, clock(session)).tell(session, "ledger_recounted", None)
