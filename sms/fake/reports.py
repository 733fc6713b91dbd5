"""Asking after messages: by the provider's id, by ours, by telephone, and the outbox."""

from collections.abc import Sequence
from typing import Any

from sms.fake import contract, lifecycle
from sms.fake.contract import Wrong
from sms.fake.room import Call, Methods, Room
from sms.fake.store import Stored

DAY = 86_400
OUTBOX_DAYS = 4
OURS = "provider = 'kavenegar'"


def status(room: Room, call: Call) -> list[dict[str, Any]]:
    """sms/status: what is older than 48 hours is unknown."""
    return _by_id(room, call, "messageid", as_text=False)


def statuslocalmessageid(room: Room, call: Call) -> list[dict[str, Any]]:
    """The same by our own id, 12 hours back; the provider writes our id as text."""
    return _by_id(room, call, "localid", as_text=True)


def statusbyreceptor(room: Room, call: Call) -> list[dict[str, Any]]:
    """What went to one telephone within a day."""
    phone = contract.receptor(contract.need(call.params, "receptor"))
    start, end = _span(room, call)
    now = room.clock.now()
    return [
        {
            "messageid": found.messageid,
            "receptor": found.receptor,
            **lifecycle.described(lifecycle.status(found, now)),
        }
        for found in room.store.messages(
            f"{OURS} AND receptor = ? AND sent_at BETWEEN ? AND ? ORDER BY messageid",
            *(phone, start, end),
        )
    ]


def select(room: Room, call: Call) -> list[dict[str, Any]]:
    """Full records by id; an unknown id is left out."""
    ids = contract.wholes(call.params, "messageid")
    found = (_find(room, "messageid", each, 0.0) for each in ids)
    return _records(room, [each for each in found if each])


def selectoutbox(room: Room, call: Call) -> list[dict[str, Any]]:
    """At most 500 records of at most a day that began at most four days ago."""
    start, end = _span(room, call)
    if start < room.clock.now() - OUTBOX_DAYS * DAY:
        raise Wrong(417)
    found = room.store.messages(
        f"{OURS} AND sent_at BETWEEN ? AND ? ORDER BY messageid LIMIT 500", start, end
    )
    return _records(room, found)


def latestoutbox(room: Room, call: Call) -> list[dict[str, Any]]:
    """The newest, 500 unless fewer are asked for."""
    size = contract.whole(call.params.get("pagesize") or 500)
    if size > contract.MOST_IDS:
        raise Wrong(414)
    return _records(room, room.store.messages(f"{OURS} ORDER BY messageid DESC LIMIT ?", size))


def countoutbox(room: Room, call: Call) -> list[dict[str, Any]]:
    """How many, in how many segments, for how much."""
    start, end = _span(room, call)
    wanted = call.params.get("status")
    now = room.clock.now()
    found = [
        each
        for each in room.store.messages(f"{OURS} AND sent_at BETWEEN ? AND ?", start, end)
        if not wanted or lifecycle.status(each, now) == contract.whole(wanted)
    ]
    counted = {
        "startdate": int(start),
        "enddate": int(end),
        "sumpart": sum(each.segments for each in found),
        "sumcount": len(found),
        "cost": sum(each.cost for each in found),
    }
    return [counted]


def _by_id(room: Room, call: Call, name: str, *, as_text: bool) -> list[dict[str, Any]]:
    now = room.clock.now()
    since = now - lifecycle.LOOK_BACK[name]
    entries = []
    for asked in contract.wholes(call.params, name):
        found = _find(room, name, asked, since)
        entry = {"messageid": found.messageid if found else 0}
        shown = {name: str(asked) if as_text else asked}
        state = lifecycle.status(found, now) if found else lifecycle.UNKNOWN
        entries.append({**entry, **shown, **lifecycle.described(state)})
    return entries


def _find(room: Room, name: str, value: int, since: float) -> Stored | None:
    found = room.store.messages(
        f"{OURS} AND {name} = ? AND accepted_at >= ? ORDER BY messageid LIMIT 1", value, since
    )
    return found[0] if found else None


def _records(room: Room, found: Sequence[Stored]) -> list[dict[str, Any]]:
    now = room.clock.now()
    return [lifecycle.record(each, now) for each in found]


def _span(room: Room, call: Call) -> tuple[float, float]:
    """`startdate` to `enddate` (now), at most a day apart; 415 when turned round, 417 otherwise."""
    start = contract.whole(contract.need(call.params, "startdate"), 417)
    end = contract.whole(
        call.params.get("enddate") or int(min(room.clock.now(), start + DAY)) + 1, 417
    )
    if end < start:
        raise Wrong(415)
    if end > start + DAY + 1:
        raise Wrong(417)
    return float(start), float(end)


METHODS: Methods = {
    "sms/status": status,
    "sms/statuslocalmessageid": statuslocalmessageid,
    "sms/statusbyreceptor": statusbyreceptor,
    "sms/select": select,
    "sms/selectoutbox": selectoutbox,
    "sms/latestoutbox": latestoutbox,
    "sms/countoutbox": countoutbox,
}
