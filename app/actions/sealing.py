"""Sealing: events become links of the chain.

Events are written unsealed, so that business transactions don't queue for one head; a single
sealer links them afterwards, in the order of their ids, once their transactions are over.
"""

import struct

import psycopg
from sqlalchemy import text

from app import copying
from app.chain import BINARY, GENESIS, TOLD, Linker
from app.tools import Tools

AT_ONCE = 20_000
# How many ids back an event is looked for whose transaction ended after later ones were sealed.
NEAR, FAR = 20_000, 1_000_000

_HEAD = text("""
select coalesce(max(seq), 0) as seq, coalesce(max(event_id), 0) as newest,
       (select hash from event_seals order by seq desc limit 1) as hash
from event_seals
""")

# Every older transaction is over, so that the chain follows the ids; or the event is old already,
# as after a restore into another server, whose transactions are counted from the beginning.
_UNSEALED = f"""
copy (
    select e.id, {TOLD} from events e
    where e.id > %(after)s
      and not exists (
        select from event_seals s where s.event_id = e.id and s.event_id > %(after)s)
      and (e.tx < (select txid_snapshot_xmin(txid_current_snapshot()))
           or e.at < now() - interval '1 minute')
    order by e.id limit %(limit)s
) to stdout (format binary)
"""  # noqa: S608 - column names of our own
_SEAL = """
copy event_seals (seq, province, event_id, hash, format) from stdin (format binary)
"""
_ID, _TOLD = slice(6, 14), slice(18, None)


def seal(tools: Tools, reach: int = NEAR) -> int:
    """Link what is not linked yet, AT_ONCE at most; returns how many.

    Looks `reach` ids behind the newest sealed one. Only one sealer may run (the leader); a second
    one fails and nothing has happened. Raises SQLAlchemyError.
    """
    with tools.sessions.begin() as session:
        head = session.execute(_HEAD).one()
        link = bytes(head.hash) if head.hash is not None else GENESIS
        with copying.driver(session) as connection, connection.cursor() as cursor:
            wanted = {"after": head.newest - reach, "limit": AT_ONCE}
            seals = _linked(tools, cursor, (head.seq, link), wanted)
            if seals:
                copying.write(cursor, _SEAL, seals)
    return len(seals)


def _linked(
    tools: Tools,
    cursor: psycopg.Cursor[tuple[object, ...]],
    head: tuple[int, bytes],
    wanted: dict[str, int],
) -> list[bytes]:
    """The new seals, each as a row of a binary COPY."""
    seq, link = head
    make = Linker(tools.vault.index("events", "chain")).link
    province = tools.province.encode()
    middle = struct.pack(f"!i{len(province)}si", len(province), province, 8)
    begin, end = struct.Struct("!hiq").pack, struct.pack("!ih", 2, BINARY)
    length = struct.pack("!i", 32)
    seals = []
    for row in copying.read(cursor, _UNSEALED, wanted):
        seq += 1
        link = make(link, row[_TOLD])
        seals.append(begin(5, 8, seq) + middle + row[_ID] + length + link + end)
    return seals
