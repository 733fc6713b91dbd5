"""Compares what the clients saw, what is stored, and what the gateway accepted.

Each rule returns what it found wrong, in words; an empty list is a pass. The rules know nothing of
how the product works.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.chaos.history import History, outcome
from tests.chaos.world import OPEN, Sms, World

ORDER = ("registered", "referred", "answered")
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Expected:
    """`healthy`: the provider was in order at the end, so every receipt must have been sent."""

    healthy: bool = True
    doctor: bool = True


def check(history: History, world: World, expected: Expected | None = None) -> list[str]:
    """Everything that is wrong, a line for each kind with a few examples."""
    wanted = expected or Expected()
    found = [line for rule in RULES for line in rule(history, world)]
    if wanted.healthy:
        found += _unsent(history, world)
    if wanted.doctor:
        found += [*_doctor(world), *_audit(world)]
    return found


def _stored(world: World) -> Counter[str]:
    return Counter([*(letter.key for letter in world.letters), *world.callbacks])


def _lost(history: History, world: World) -> Iterator[str]:
    stored = _stored(world)
    missing = [each.key for each in history.acknowledged() if not stored[each.key]]
    yield from _told("acknowledged but missing", missing)


def _repeated(_history: History, world: World) -> Iterator[str]:
    twice = [key for key, count in _stored(world).items() if count > 1 and key]
    yield from _told("stored more than once", twice)


def _refused_but_stored(history: History, world: World) -> Iterator[str]:
    stored = _stored(world)
    tries = history.by_key().items()
    yield from _told(
        "refused but stored",
        [key for key, seen in tries if outcome(seen) == "fail" and stored[key]],
    )


def _undecided(history: History, _world: World) -> Iterator[str]:
    yield from _told("never answered, not even again", history.undecided())


def _strangers(history: History, world: World) -> Iterator[str]:
    known = history.by_key()
    yield from _told("stored but never wished", [k for k in _stored(world) if k and k not in known])


def _answers_differ(history: History, _world: World) -> Iterator[str]:
    different = [
        key
        for key, tries in history.by_key().items()
        if len({each.seen for each in tries if each.result == "ok"}) > 1
    ]
    yield from _told("one key, two answers", different)


def _answer_not_true(history: History, world: World) -> Iterator[str]:
    codes = {letter.key: letter.code for letter in world.letters}
    wrong = [
        each.key
        for each in history.acknowledged()
        if each.status == 201 and each.key in codes and codes[each.key] != each.seen
    ]
    yield from _told("answered with another tracking code than is stored", wrong)


def _sent_twice(_history: History, world: World) -> Iterator[str]:
    stages = Counter((sms.code, sms.stage) for sms in world.messages if sms.code and sms.stage)
    texts = Counter((sms.code, sms.phone, sms.text) for sms in world.messages if sms.code)
    twice = {key[0] for key, count in [*stages.items(), *texts.items()] if count > 1}
    yield from _told("letters with an SMS accepted twice", sorted(twice))


def _sent_to_others(history: History, world: World) -> Iterator[str]:
    phones = {
        each.seen: each.more["mobile"] for each in history.acknowledged() if "mobile" in each.more
    }
    wrong = [sms.code for sms in world.messages if phones.get(sms.code, sms.phone) != sms.phone]
    yield from _told("SMS to another telephone", wrong)


def _out_of_order(_history: History, world: World) -> Iterator[str]:
    by_letter: dict[str, list[Sms]] = defaultdict(list)
    for sms in world.messages:
        if sms.stage in ORDER:
            by_letter[sms.code].append(sms)
    wrong = [code for code, sent in by_letter.items() if not _in_order(sent)]
    yield from _told("receipts out of order", wrong)


def _in_order(sent: list[Sms]) -> bool:
    """The order of acceptance, and no stage before the first one was told."""
    stages = [ORDER.index(sms.stage) for sms in sorted(sent, key=lambda sms: sms.number)]
    return stages == sorted(stages) and stages[0] == 0


def _unsent(history: History, world: World) -> Iterator[str]:
    sent = {(sms.code, sms.stage) for sms in world.messages}
    owed = [r for r in world.receipts if r.state not in ("rejected", "suppressed")]
    unsent = [f"{r.code} {r.stage} ({r.state})" for r in owed if (r.code, r.stage) not in sent]
    yield from _told("receipts never sent", unsent)
    open_ = [f"{r.code} {r.stage}" for r in owed if r.state in OPEN or r.state == "held"]
    yield from _told("receipts not settled", open_)
    told = {r.code for r in world.receipts}
    yield from _told(
        "letters without a receipt", [x.code for x in world.letters if x.code not in told]
    )
    promised, noted = _noted(history, world)
    yield from _told("call-backs that nobody was told of", sorted(promised - noted))


def _noted(history: History, world: World) -> tuple[Counter[str], Counter[str]]:
    """By telephone: call-backs promised, and messages that name no letter."""
    promised = Counter(
        each.more.get("mobile", "") for each in history.acknowledged() if each.status == 202
    )
    return promised, Counter(sms.phone for sms in world.messages if not sms.code)


def _noted_too_often(history: History, world: World) -> Iterator[str]:
    promised, told = _noted(history, world)
    yield from _told("call-backs told more than once", sorted(told - promised))


def _cap(history: History, world: World) -> Iterator[str]:
    over = [f"{d.day}: {d.used} of {d.cap}" for d in world.days if d.used > d.cap]
    yield from _told("calls over the cap", over)
    wrong = [f"{d.day}: {d.used} counted, {d.calls} calls" for d in world.days if d.used != d.calls]
    yield from _told("days whose count is not their calls", wrong)
    wished = [
        key
        for key, tries in history.by_key().items()
        if tries[0].more.get("channel") == "call" and outcome(tries) == "ok"
    ]
    stored = _stored(world)
    calls = sum(stored[key] for key in wished)
    if calls != len(wished):
        yield f"calls answered {len(wished)}, accepted and on the call-back list {calls}"


def _doctor(world: World) -> Iterator[str]:
    if world.doctor is None:
        yield "doctor: no report"
    elif not world.doctor["ok"]:
        broken = [f"{name}: {n}" for name, n in world.doctor["checks"].items() if n]
        yield from _told("doctor", broken)


def _audit(world: World) -> Iterator[str]:
    if world.audit is None or not world.audit["ok"]:
        yield f"audit verify: {world.audit}"


def _told(what: str, found: Sequence[str]) -> Iterator[str]:
    if found:
        yield f"{what}: {len(found)} ({', '.join(found[:SHOWN])}{' …' * (len(found) > SHOWN)})"


RULES: tuple[Callable[[History, World], Iterator[str]], ...] = (
    _lost,
    _repeated,
    _refused_but_stored,
    _undecided,
    _strangers,
    _answers_differ,
    _answer_not_true,
    _sent_twice,
    _sent_to_others,
    _out_of_order,
    _noted_too_often,
    _cap,
)
