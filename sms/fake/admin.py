"""`/_gateway/`: what a tester sees and turns. JSON in, JSON out; open, because it is local only."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from sms.fake import contract, faults, inbox, lifecycle
from sms.fake.contract import LARGEST, Wrong
from sms.fake.room import Room
from sms.fake.settings import BadSetting
from sms.fake.store import Stored

admin = Blueprint("admin", __name__)
Answer = Response | tuple[Response, int]
MOST_SHOWN = 20_000


def room() -> Room:
    """The gateway this request came to."""
    found: Room = current_app.extensions["room"]
    return found


@admin.errorhandler(BadSetting)
@admin.errorhandler(ValueError)
def bad(error: ValueError) -> Answer:
    return jsonify(error=str(error)), 400


@admin.get("/healthz")
def healthz() -> Answer:
    room().store.run("SELECT 1")
    return jsonify(status="ok")


@admin.get("/_gateway/messages.json")
def messages() -> Answer:
    """Accepted messages of all providers, oldest first; `newest=1` turns the order, `receptor` and
    `provider` choose. At most 20,000, or `limit`: `next` is the `after` of the page that follows,
    null on the last one.

    `accepts`: how often this localid was accepted as new (1 unless the window of de-duplication
    was made too short); `dedupe_hits`: how often it was only recognised.
    """
    asked, store = request.args, room().store
    order, sign = ("DESC", "<") if asked.get("newest") else ("ASC", ">")
    after = int(asked.get("after", LARGEST if asked.get("newest") else 0))
    limit = int(asked.get("limit", MOST_SHOWN))
    chosen = {name: asked[name] for name in ("receptor", "provider") if asked.get(name)}
    where = " AND ".join(["1", *(f"{name} = ?" for name in chosen)])
    total = store.run(f"SELECT count(*) FROM messages WHERE {where}", *chosen.values())[0][0]  # noqa: S608 — our own names
    found = store.messages(
        f"{where} AND messageid {sign} ? ORDER BY messageid {order} LIMIT ?",
        *(*chosen.values(), after, limit),
    )
    accepts = dict(
        store.run("SELECT localid, count(*) + 1 FROM messages WHERE again > 0 GROUP BY localid")
    )
    now = room().clock.now()
    return jsonify(
        messages=[_shown(each, accepts.get(each.localid, 1), now) for each in found],
        total=total,
        next=found[-1].messageid if 0 < limit == len(found) else None,
    )


@admin.get("/_gateway/inbound.json")
def inbound() -> Answer:
    """What citizens wrote back, newest first."""
    rows = room().store.run(
        "SELECT messageid, sender, receptor, message, date FROM inbound"
        " ORDER BY messageid DESC LIMIT 100"
    )
    names = ("messageid", "from", "to", "message", "date")
    return jsonify(messages=[dict(zip(names, row, strict=True)) for row in rows])


@admin.get("/_gateway/summary.json")
def summary() -> Answer:
    """Totals. `duplicates`: pairs of telephone and text that were accepted more than once."""
    store = room().store
    total, localids, hits, again, twice = store.run(
        "SELECT (SELECT count(*) FROM messages), (SELECT count(localid) FROM messages),"
        " (SELECT coalesce(sum(dedupe_hits), 0) FROM messages WHERE dedupe_hits > 0),"
        " (SELECT count(*) FROM messages WHERE again > 0),"
        " (SELECT count(*) FROM messages WHERE twins > 0 AND twins = 1)"
    )[0]
    return jsonify(
        messages=total,
        localids=localids - again,
        dedupe_hits=hits,
        duplicates=twice,
        credit=store.fact("credit", room().settings.credit),
        now=room().clock.now(),
        faults=len(room().faults.waiting()),
    )


@admin.get("/_gateway/requests.json")
def requests() -> Answer:
    """The last calls of the provider's API, oldest first; without the key."""
    return jsonify(requests=list(room().calls))


@admin.get("/_gateway/faults")
def faults_waiting() -> Answer:
    return jsonify(waiting=room().faults.waiting(), known=list(faults.NAMED), magic=faults.MAGIC)


@admin.post("/_gateway/faults")
def faults_order() -> Answer:
    room().faults.order(_sent())
    return jsonify(waiting=room().faults.waiting()), 201


@admin.delete("/_gateway/faults")
def faults_clear() -> Answer:
    room().faults.clear()
    return jsonify(waiting=[])


@admin.delete("/_gateway/messages")
def messages_clear() -> Answer:
    """Forget all messages, both ways. Ids go on from where they were."""
    with room().store.transaction():
        room().store.run("DELETE FROM messages")
        room().store.run("DELETE FROM inbound")
    room().calls.clear()
    return jsonify(messages=0)


@admin.post("/_gateway/clock")
def clock() -> Answer:
    """`{"advance": seconds}`: the gateway's time goes forward, never back."""
    seconds = _sent().get("advance")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < 1e9:
        raise BadSetting("advance is a number of seconds, 0 or more")
    room().clock.advance(seconds)
    return jsonify(now=room().clock.now())


@admin.get("/_gateway/settings")
def settings() -> Answer:
    return jsonify(room().knobs.shown())


@admin.post("/_gateway/settings")
def settings_turn() -> Answer:
    """Any of Knobs, and `credit` in rials, which is remembered."""
    changes = _sent()
    credit = changes.pop("credit", None)
    if credit is not None and (isinstance(credit, bool) or not isinstance(credit, int)):
        raise BadSetting("credit is a whole number of rials")
    room().knobs.turn(changes)
    if credit is not None:
        room().store.learn("credit", credit)
    return jsonify(room().knobs.shown())


@admin.post("/_gateway/messages/<int:messageid>/status")
def status(messageid: int) -> Answer:
    """`{"status": 10}`: the message ends now, in this way, and it is reported."""
    final = _sent().get("status")
    if final not in contract.STATUS_TEXTS:
        raise BadSetting("status is one of the provider's delivery statuses")
    changed = room().store.run(
        "UPDATE messages SET sent_at = min(sent_at, ?1), operator_at = min(operator_at, ?1),"
        " final_at = ?1, final = ?2, reported = 0, tries = 0, report_at = ?1"
        " WHERE messageid = ?3 RETURNING messageid",
        *(room().clock.now(), final, messageid),
    )
    return jsonify(changed=len(changed)), 200 if changed else 404


@admin.post("/_gateway/inbound")
def inbound_arrives() -> Answer:
    """`{"from","to","message"}`: a citizen writes to a line."""
    sent = _sent()
    try:
        sender = contract.receptor(str(sent.get("from", "")))
    except Wrong:
        raise BadSetting("from is a mobile number") from None
    line, text = str(sent.get("to") or "10004346"), str(sent.get("message") or "").strip()
    if not text or len(text) > contract.LONGEST:
        raise BadSetting("message is a text of at most 900 characters")
    return jsonify(messageid=inbox.take_in(room(), sender, line, text)), 201


def _sent() -> dict[str, Any]:
    """The JSON object of this request. A form is refused: no page elsewhere can post JSON here."""
    sent = request.get_json()
    if not isinstance(sent, dict):
        raise BadSetting("a JSON object is expected")
    return sent


def _shown(message: Stored, accepts: int, now: float) -> dict[str, Any]:
    return {
        **lifecycle.record(message, now),
        "provider": message.provider,
        "localid": message.localid,
        "segments": message.segments,
        "accepts": accepts,
        "dedupe_hits": message.dedupe_hits,
    }
