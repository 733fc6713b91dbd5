"""JSON lines in, JSON lines out: the letters of a file, each with its decision (design §6)."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256

from routing.decide import Letter, decide, mentioned
from routing.rules import RuleSet
from routing.text import split

_TEXT, _CHANNEL = "text", "channel"


class BadLine(ValueError):
    """The line is not a letter. The message says why."""


@dataclass(slots=True)
class Tally:
    """What happened so far; after the last line, `errors` tells whether all were letters."""

    lines: int = 0
    errors: int = 0


def route_lines(
    lines: Iterable[str], rules: RuleSet, *, explain: bool = False, tally: Tally | None = None
) -> Iterator[str]:
    """One answer for each line that is not blank, in order.

    A line that is no letter gives `{"id", "error", "line"}` (line counted from 1) and adds to
    `tally.errors`; the others go on.
    """
    count = Tally() if tally is None else tally
    for line in lines:
        count.lines += 1
        if not line.strip():
            continue
        id_: object = None
        try:
            record = _record(line)
            id_ = _id(record)
            answer = _answer(id_, _letter(record), rules, explain=explain)
        except BadLine as problem:
            count.errors += 1
            answer = {"id": id_, "error": str(problem), "line": count.lines}
        yield json.dumps(answer, ensure_ascii=not _printable(answer))


def _record(line: str) -> dict[str, object]:
    try:
        record = json.loads(line.removeprefix("\ufeff"))
    except RecursionError as problem:
        raise BadLine("nested too deeply") from problem
    except ValueError as problem:
        raise BadLine(f"not JSON: {problem}") from problem
    if not isinstance(record, dict):
        raise BadLine("not a JSON object")
    return record


def _id(record: dict[str, object]) -> object:
    id_ = record.get("id")
    if id_ is not None and not isinstance(id_, str | int):
        raise BadLine("id: a text or a whole number is expected")
    return id_


def _letter(record: dict[str, object]) -> Letter:
    if _TEXT not in record:
        raise BadLine("text is missing")
    fields = record.get("fields")
    if fields is not None and not isinstance(fields, dict):
        raise BadLine("fields: an object is expected")
    form: dict[str, object] = fields or {}
    return Letter(
        text=_word(record, _TEXT) or "",
        channel=_word(record, _CHANNEL) or "letter",
        bank=_word(form, "bank"),
        covered_by=_word(form, "covered_by"),
        allot_key=_key(_word(record, "national_id")),
    )


def _word(record: dict[str, object], name: str) -> str | None:
    value = record.get(name)
    if value is None or isinstance(value, str):
        return value
    raise BadLine(f"{name}: a text is expected")


def _key(national_id: str | None) -> str | None:
    """The same for the same number, in whichever digits it is written."""
    if not national_id:
        return None
    digits = "".join(split(national_id).words)
    return sha256(digits.encode("utf-8", "surrogatepass")).hexdigest()


def _answer(id_: object, letter: Letter, rules: RuleSet, *, explain: bool) -> dict[str, object]:
    decision = decide(letter, rules)
    answer: dict[str, object] = {
        "id": id_,
        "agency": decision.agency,
        "rule": decision.rule,
        "because": [asdict(evidence) for evidence in decision.because],
        "confident": decision.confident,
    }
    if decision.suggestion is not None:
        answer["suggestion"] = decision.suggestion
    if explain:
        answer["urgent"] = decision.urgent
        answer["version"] = decision.version
        answer["concepts"] = [asdict(evidence) for evidence in mentioned(letter, rules)]
    return answer


def _printable(answer: dict[str, object]) -> bool:
    """Half of a surrogate pair cannot be written as UTF-8; then the whole line is escaped."""
    try:
        json.dumps(answer, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
