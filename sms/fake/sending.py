"""sms/send, sms/sendarray, sms/cancel and verify/lookup: how a message is taken in, or refused."""

import re
from collections.abc import Sequence
from typing import Any

from sms.fake import contract, drafts, faults, lifecycle
from sms.fake.contract import Wrong
from sms.fake.drafts import Draft
from sms.fake.room import Call, Methods, Room
from sms.fake.store import Stored
from sms.texts import segments


def send(room: Room, call: Call) -> list[dict[str, Any]]:
    """One text to at most 200 receptors; `localid` makes a repeated call harmless."""
    given = call.params
    receptors, text = (
        contract.parts(contract.need(given, "receptor")),
        contract.need(given, "message"),
    )
    sender = drafts.sender(room, given.get("sender"))
    known = drafts.receptors(room, receptors)
    drafts.count(receptors)
    drafts.text(text)
    send_at = drafts.date(room, given.get("date"))
    localids = drafts.localids(contract.parts(given.get("localid", "")), receptors)
    drafts.link_and_tag(room, text, given)
    wanted = [
        Draft(phone, text, sender, localid, send_at)
        for phone, localid in zip(known, localids, strict=True)
        if phone
    ]
    return accept(room, wanted, call)


def sendarray(room: Room, call: Call) -> list[dict[str, Any]]:
    """A text and a sender for each receptor, in JSON arrays of one length."""
    given = call.params
    names = ("receptor", "message", "sender")
    receptors, texts, senders = (contract.array(contract.need(given, name)) for name in names)
    if not len(receptors) == len(texts) == len(senders):
        raise Wrong(419)
    lines = [drafts.sender(room, str(sender)) for sender in senders]
    known = drafts.receptors(room, [str(each) for each in receptors])
    drafts.count(receptors)
    for text in texts:
        drafts.text(str(text))
        drafts.link_and_tag(room, str(text), given)
    send_at = drafts.date(room, given.get("date"))
    told = given.get("localmessageids", "") if room.knobs.array_ids else ""
    localids = drafts.localids(drafts.array_or_parts(told), receptors)
    wanted = [
        Draft(phone, str(text), line, localid, send_at)
        for phone, text, line, localid in zip(known, texts, lines, localids, strict=True)
        if phone
    ]
    return accept(room, wanted, call)


def cancel(room: Room, call: Call) -> list[dict[str, Any]]:
    """Only what is still scheduled can be stopped; it ends as 13 and is paid back."""
    entries = []
    for messageid in contract.wholes(call.params, "messageid"):
        now = room.clock.now()
        with room.store.transaction():
            rows = room.store.run(
                "UPDATE messages SET sent_at = ?1, operator_at = ?1, final_at = ?1, final = 13,"
                " report_at = ?1 WHERE messageid = ?2 AND sent_at > ?1 RETURNING cost",
                *(now, messageid),
            )
            _pay(room, -sum(row[0] for row in rows))
        found = room.store.messages("messageid = ?", messageid)
        state = lifecycle.status(found[0], now) if found else lifecycle.UNKNOWN
        entries.append({"messageid": messageid, **lifecycle.described(state)})
    return entries


def lookup(room: Room, call: Call) -> list[dict[str, Any]]:
    """verify/lookup: a template and its tokens. It has no localid: a repeated call sends twice."""
    given = call.params
    phone, template = contract.need(given, "receptor"), contract.need(given, "template")
    tokens = [contract.need(given, "token"), given.get("token2", ""), given.get("token3", "")]
    if any(re.search(r"[\s_]", token) or len(token) > 100 for token in tokens):
        raise Wrong(431)
    if template.startswith("missing"):
        raise Wrong(424)
    text = " ".join(filter(None, [template, *tokens]))
    return accept(room, [Draft(contract.receptor(phone), text, drafts.DEFAULT_SENDER)], call)


def accept(room: Room, wanted: Sequence[Draft], call: Call) -> list[dict[str, Any]]:
    """Store the new ones and pay for them, in one transaction: what is answered is stored."""
    now = room.clock.now()
    with room.store.transaction():
        stored = [_same(room, draft, now) or _insert(room, draft, call, now) for draft in wanted]
    return [lifecycle.record(message, now) for message in stored]


def _same(room: Room, draft: Draft, now: float) -> Stored | None:
    """The message this localid was first used for, if the gateway still remembers it."""
    if draft.localid is None:
        return None
    window = room.knobs.dedupe_window
    since = 0.0 if window is None else now - window
    found = room.store.messages(
        "localid = ? AND accepted_at >= ? ORDER BY messageid LIMIT 1", draft.localid, since
    )
    for message in found:
        room.store.run(
            "UPDATE messages SET dedupe_hits = dedupe_hits + 1 WHERE messageid = ?",
            message.messageid,
        )
    return found[0] if found else None


def _insert(room: Room, draft: Draft, call: Call, now: float) -> Stored:
    _pay(room, draft.cost)
    start = max(now, draft.send_at or now)
    final = _final(room, draft, call)
    ends = start + room.knobs.final_after
    values = (draft.localid, draft.receptor, draft.message, draft.sender, now, start)
    # Only Kavenegar calls back.
    told = final == lifecycle.UNKNOWN or draft.provider != "kavenegar"
    times = (start + room.knobs.operator_after, ends, final, draft.cost, segments(draft.message))
    room.store.run(
        "INSERT INTO messages (localid, receptor, message, sender, accepted_at, sent_at,"
        " operator_at, final_at, final, cost, segments, report_at, reported, provider, twins,"
        " again) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,"
        " (SELECT count(*) FROM messages WHERE receptor = ?2 AND message = ?3),"
        " (SELECT count(*) FROM messages WHERE localid = ?1))",
        *(*values, *times, ends, told, draft.provider),
    )
    return room.store.messages("messageid = last_insert_rowid()")[0]


def _final(room: Room, draft: Draft, call: Call) -> int:
    """Where the message will end: as ordered, cancelled in debug mode, blocked, or delivered."""
    ordered = call.fault.final or faults.of_receptor(draft.receptor).final
    if ordered is not None:
        return ordered
    if room.store.fact("config", {}).get("debugmode") == "enabled":
        return 13
    blocked = room.store.run("SELECT 1 FROM blocked WHERE receptor = ?", draft.receptor)
    return 14 if blocked else 10


def _pay(room: Room, rials: int) -> None:
    """Take from the credit, or refuse with 418. Called inside a transaction."""
    credit = room.store.fact("credit", room.settings.credit)
    if rials > credit:
        raise Wrong(418)
    if rials:
        room.store.learn("credit", credit - rials)


METHODS: Methods = {
    "sms/send": send,
    "sms/sendarray": sendarray,
    "sms/cancel": cancel,
    "verify/lookup": lookup,
}
