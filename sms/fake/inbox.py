"""What citizens send back, and how a program reads it."""

from typing import Any

from sms.fake import contract
from sms.fake.room import Call, Methods, Page, Room

AT_ONCE = 100
A_PAGE = 200
NAMES = ("messageid", "message", "sender", "receptor", "date")
SELECT = "SELECT messageid, message, sender, receptor, date FROM inbound WHERE "


def receive(room: Room, call: Call) -> list[dict[str, Any]]:
    """At most 100 messages to a line; `isread=0` gives the unread ones and marks them read."""
    line = contract.need(call.params, "linenumber")
    isread = contract.whole(contract.need(call.params, "isread"))
    with room.store.transaction():
        found = _select(room, "receptor = ? AND isread = ? LIMIT ?", line, isread, AT_ONCE)
        for each in found:
            room.store.run("UPDATE inbound SET isread = 1 WHERE messageid = ?", each["messageid"])
    return found


def inboxpaged(room: Room, call: Call) -> Page:
    """200 to a page, with the count of pages; marks nothing read."""
    line = contract.need(call.params, "linenumber")
    isread = contract.whole(contract.need(call.params, "isread"))
    page = max(1, contract.whole(call.params.get("pagenumber") or 1))
    total = room.store.run(
        "SELECT count(*) FROM inbound WHERE receptor = ? AND isread = ?", line, isread
    )[0][0]
    entries = _select(
        room,
        "receptor = ? AND isread = ? ORDER BY messageid LIMIT ? OFFSET ?",
        *(line, isread, A_PAGE, (page - 1) * A_PAGE),
    )
    pages = -(-total // A_PAGE)
    return Page(
        entries,
        {
            "totalcount": total,
            "currentpage": page,
            "totalpages": pages,
            "pagesize": A_PAGE,
        },
    )


def countinbox(room: Room, call: Call) -> list[dict[str, Any]]:
    """How many came since `startdate`."""
    start = contract.whole(contract.need(call.params, "startdate"), 417)
    end = contract.whole(call.params.get("enddate") or int(room.clock.now()) + 1, 417)
    total = room.store.run("SELECT count(*) FROM inbound WHERE date BETWEEN ? AND ?", start, end)[
        0
    ][0]
    return [{"startdate": start, "enddate": end, "sumcount": total}]


def take_in(room: Room, sender: str, line: str, text: str) -> int:
    """A citizen's message arrives; the call-back is made by the messenger. Returns its id."""
    now = room.clock.now()
    rows = room.store.run(
        "INSERT INTO inbound (sender, receptor, message, date, report_at) VALUES (?, ?, ?, ?, ?)"
        " RETURNING messageid",
        *(sender, line, text, now, now),
    )
    messageid: int = rows[0][0]
    return messageid


def _select(room: Room, where: str, *values: object) -> list[dict[str, Any]]:
    rows = room.store.run(SELECT + where, *values)
    found = [dict(zip(NAMES, row, strict=True)) for row in rows]
    return [{**each, "date": int(each["date"])} for each in found]


METHODS: Methods = {
    "sms/receive": receive,
    "sms/inboxpaged": inboxpaged,
    "sms/countinbox": countinbox,
}
