"""The words of a letter that decided where it went, as pieces a template can mark."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from routing.rules import RuleSet


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the letter; `label` names the concept that was recognised in it, or ''."""

    text: str
    label: str = ""


def pieces(text: str, because: Sequence[Mapping[str, Any]], rules: RuleSet) -> list[Piece]:
    """The whole text in order, evidence apart; spans that overlap or lie outside are left out."""
    return list(_cut(text, because, rules))


def _cut(text: str, because: Sequence[Mapping[str, Any]], rules: RuleSet) -> Iterator[Piece]:
    at = 0
    for span in sorted(because, key=lambda span: (span["start"], -span["end"])):
        start, end = span["start"], span["end"]
        if not at <= start < end <= len(text):
            continue
        if start > at:
            yield Piece(text[at:start])
        yield Piece(text[start:end], label(span["concept"], rules))
        at = end
    if at < len(text):
        yield Piece(text[at:])


def label(concept: str, rules: RuleSet) -> str:
    """The Persian name of a concept; its code when these rules no longer have it."""
    known = rules.lexicon.concepts.get(concept)
    return known.label if known else concept


def reasons(because: Sequence[Mapping[str, Any]], rules: RuleSet) -> list[tuple[str, str]]:
    """Each piece of evidence once: the citizen's words and what they were taken for."""
    said = {(span["text"], label(span["concept"], rules)): None for span in because}
    return list(said)
