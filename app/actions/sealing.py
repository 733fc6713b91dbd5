"""The chain of events: each link is a keyed hash of its event and of the link before.

Events are written unsealed, so that business transactions don't queue for one head; a single
sealer links them afterwards, in the order of their ids, once their transactions are over.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.db import Json
from app.tools import Tools

AT_ONCE = 2000
GENESIS = bytes(32)

_COLUMNS = "e.id, e.at, e.province, e.correspondence_id, e.kind, e.actor, e.data"

_HEAD = text("select seq, hash from event_seals order by seq desc limit 1")

# Every older transaction is over, so that the chain follows the ids; or the event is old already,
# as after a restore into another server, whose transactions are counted from the beginning.
_UNSEALED = text(f"""
select {_COLUMNS} from events e
where not exists (select from event_seals s where s.event_id = e.id)
  and e.id > coalesce((select max(event_id) from event_seals) - 100000, 0)
  and (e.tx < txid_snapshot_xmin(txid_current_snapshot()) or e.at < now() - interval '1 minute')
order by e.id limit :limit
""")  # noqa: S608 - column names of our own

_SEAL = text("""
insert into event_seals (seq, province, event_id, hash) values (:seq, :province, :event_id, :hash)
""")

_CHAIN = text(f"""
select s.seq, s.hash, {_COLUMNS} from event_seals s left join events e on e.id = s.event_id
order by s.seq
""")  # noqa: S608 - column names of our own


def seal(tools: Tools) -> int:
    """Link what is not linked yet; returns how many. Only one sealer may run (the leader)."""
    with tools.sessions.begin() as session:
        head = session.execute(_HEAD).first()
        seq, link = (head.seq, bytes(head.hash)) if head else (0, GENESIS)
        rows = session.execute(_UNSEALED, {"limit": AT_ONCE}).all()
        seals = []
        for row in rows:
            seq += 1
            link = _link(tools, link, row)
            seals.append({"seq": seq, "province": tools.province, "event_id": row.id, "hash": link})
        if seals:
            session.execute(_SEAL, seals)
    return len(seals)


def verify(tools: Tools) -> Json:
    """Walk the chain: `{"sealed","unsealed","broken","ok"}`; `broken` is the first bad link.

    Finds an event edited, deleted, swapped or forged. A tail cut off together with its seals is
    found only against a copy of the head kept elsewhere (`head`).
    """
    with tools.sessions() as session:
        sealed, link, broken = 0, GENESIS, None
        for row in _chain(session):
            sealed += 1
            link = _link(tools, link, row)
            if row.seq != sealed or row.id is None or not hmac.compare_digest(link, row.hash):
                broken = sealed
                break
        total = session.execute(text("select count(*) from events")).scalar_one()
    return {
        "sealed": sealed,
        "unsealed": total - sealed,
        "broken": broken,
        "head": link.hex(),
        "ok": broken is None,
    }


def _chain(session: Session) -> Iterator[Row[tuple[object, ...]]]:
    with session.execute(_CHAIN, execution_options={"yield_per": AT_ONCE}) as rows:
        yield from rows


def _link(tools: Tools, before: bytes, row: Row[tuple[object, ...]]) -> bytes:
    told = [
        row.id, row.at.isoformat() if row.at else None, row.province,
        str(row.correspondence_id), row.kind, row.actor, row.data,
    ]  # fmt: skip
    canonical = json.dumps(told, sort_keys=True, ensure_ascii=False).encode()
    key = tools.vault.index("events", "chain")
    return hmac.digest(key, before + canonical, hashlib.sha256)
