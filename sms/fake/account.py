"""The account, the list of telephones that blocked a line, and the provider's clock."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sms.fake import contract
from sms.fake.contract import Wrong
from sms.fake.room import Call, Methods, Room

YEAR = 365 * 86_400
MOST_BLOCKED = 200
MOST_REMOVED = 50
BY_API = 0
CONFIG: Mapping[str, str] = {
    "apilogs": "justfaults",
    "dailyreport": "disabled",
    "debugmode": "disabled",
    "defaultsender": "10004346",
    "mincreditalarm": "0",
    "resendfailed": "disabled",
}


def info(room: Room, _call: Call) -> dict[str, Any]:
    """Credit in rials; it runs out of time a year from now."""
    return {
        "remaincredit": room.store.fact("credit", room.settings.credit),
        "expiredate": int(room.clock.now()) + YEAR,
        "type": "master",
    }


def config(room: Room, call: Call) -> dict[str, Any]:
    """The account's switches; those that are given are turned first."""
    kept = {**CONFIG, **room.store.fact("config", {})}
    given = {name: value for name, value in call.params.items() if name in CONFIG}
    if given:
        room.store.learn("config", {**kept, **given})
    return {**kept, **given}


def getdate(room: Room, _call: Call) -> dict[str, Any]:
    """The gateway's clock."""
    now = datetime.fromtimestamp(room.clock.now(), UTC)
    return {
        "datetime": now.strftime("%Y/%m/%d %H:%M:%S"),
        "unixtime": int(now.timestamp()),
        "year": now.year,
        "month": now.month,
        "day": now.day,
        "hour": now.hour,
        "minute": now.minute,
        "second": now.second,
    }


def blocked_list(room: Room, call: Call) -> list[dict[str, Any]]:
    """Who blocked this line."""
    rows = room.store.run(
        "SELECT receptor, blockreason, date FROM blocked WHERE linenumber = ? ORDER BY receptor",
        contract.need(call.params, "linenumber"),
    )
    return [
        {"receptor": receptor, "blockreason": reason, "date": int(date)}
        for receptor, reason, date in rows
    ]


def blocked_add(room: Room, call: Call) -> list[dict[str, Any]]:
    """Block telephones; messages to them end as 14."""
    line, phones = _line_and_phones(call, MOST_BLOCKED)
    for phone in phones:
        room.store.run(
            "INSERT OR IGNORE INTO blocked VALUES (?, ?, ?, ?)",
            *(line, phone, room.clock.now(), BY_API),
        )
    return [{"receptor": phone, "blockreason": BY_API} for phone in phones]


def blocked_exists(room: Room, call: Call) -> list[dict[str, Any]]:
    """Is each of these on the list?"""
    line, phones = _line_and_phones(call, MOST_BLOCKED)
    listed = {
        row[0] for row in room.store.run("SELECT receptor FROM blocked WHERE linenumber = ?", line)
    }
    return [{"receptor": phone, "exists": phone in listed} for phone in phones]


def blocked_remove(room: Room, call: Call) -> list[dict[str, Any]]:
    """Take telephones off the list."""
    line, phones = _line_and_phones(call, MOST_REMOVED)
    for phone in phones:
        room.store.run("DELETE FROM blocked WHERE linenumber = ? AND receptor = ?", line, phone)
    return [{"receptor": phone} for phone in phones]


def _line_and_phones(call: Call, most: int) -> tuple[str, list[str]]:
    line = contract.need(call.params, "linenumber")
    phones = contract.parts(contract.need(call.params, "receptor"))
    if len(phones) > most:
        raise Wrong(604)
    return line, [contract.receptor(phone) for phone in phones]


METHODS: Methods = {
    "account/info": info,
    "account/config": config,
    "utils/getdate": getdate,
    "line/blocked/list": blocked_list,
    "line/blocked/add": blocked_add,
    "line/blocked/exists": blocked_exists,
    "line/blocked/remove": blocked_remove,
}
