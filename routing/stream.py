"""JSON lines in, JSON lines out: the letters of a file, each with its decision (design §6)."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from routing.decide import Decision, Evidence, decide
from routing.explain import Explanation, explanation_of
from routing.facts import Letter
from routing.rules import RuleSet
from routing.text import words

_TEXT, _CHANNEL = "text", "channel"
_encoded = json.JSONEncoder(ensure_ascii=False).encode  # `json.dumps` makes one for each call


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

    `explain` adds to each what `routing.explain` tells of it. A line that is no letter gives
    `{"id", "error", "line"}` (line counted from 1) and adds to `tally.errors`; the others go on.
    """
    count = Tally() if tally is None else tally
    for line in lines:
        count.lines += 1
        if not line.strip():
            continue
        id_: object = None
        try:
            record = record_of(line)
            id_ = id_of(record)
            answer = _answer(id_, letter_of(record), rules, explain=explain)
        except BadLine as problem:
            count.errors += 1
            answer = {"id": id_, "error": str(problem), "line": count.lines}
        yield written(answer)


def record_of(line: str) -> dict[str, object]:
    """The object written in a line. Raises BadLine."""
    try:
        record = json.loads(line.removeprefix("\ufeff"))
    except RecursionError as problem:
        raise BadLine("nested too deeply") from problem
    except ValueError as problem:
        raise BadLine(f"not JSON: {problem}") from problem
    if not isinstance(record, dict):
        raise BadLine("not a JSON object")
    return record


def id_of(record: dict[str, object]) -> object:
    """The letter's `id`: a text, a whole number or None. Raises BadLine."""
    id_ = record.get("id")
    if id_ is not None and not isinstance(id_, str | int):
        raise BadLine("id: a text or a whole number is expected")
    return id_


def letter_of(record: dict[str, object]) -> Letter:
    """The letter in an object with `text` and perhaps `channel`, `fields`. Raises BadLine."""
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
    digits = "".join(words(national_id))
    return sha256(digits.encode("utf-8", "surrogatepass")).hexdigest()


def _answer(id_: object, letter: Letter, rules: RuleSet, *, explain: bool) -> dict[str, object]:
    if not explain:
        return _decided(id_, decide(letter, rules))
    explanation = explanation_of(letter, rules)
    return _decided(id_, explanation.decision) | _explained(explanation)


def _decided(id_: object, decision: Decision) -> dict[str, object]:
    answer: dict[str, object] = {
        "id": id_,
        "agency": decision.agency,
        "rule": decision.rule,
        "because": _quoted(decision.because),
        "confident": decision.confident,
    }
    if decision.suggestion is not None:
        answer["suggestion"] = decision.suggestion
    return answer


def _quoted(evidence: Iterable[Evidence]) -> list[dict[str, object]]:
    return [
        {"start": start, "end": end, "text": text, "concept": concept}
        for start, end, text, concept in evidence
    ]


def _explained(explanation: Explanation) -> dict[str, object]:
    agency, rule = explanation.ruled
    return {
        "urgent": explanation.decision.urgent,
        "version": explanation.decision.version,
        "concepts": _quoted(explanation.concepts),
        "marked": explanation.marked,
        "title": explanation.title,
        "ruled": {"agency": agency, "rule": rule},
        "competed": [competitor._asdict() for competitor in explanation.competed],
        "why_not": explanation.why_not,
    }


def written(answer: object) -> str:
    """JSON on one line that can be written as UTF-8: half of a surrogate pair cannot."""
    line = _encoded(answer)
    try:
        line.encode()
    except UnicodeEncodeError:
        return json.dumps(answer)
    return line
