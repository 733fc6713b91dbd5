"""YAML that remembers where each value stands, so that an administrator is told the line."""

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, much faster, where it was built


class BadRules(ValueError):
    """The lexicon or the rules are wrong. The message names the file and, where known, the line."""


@dataclass(frozen=True, slots=True)
class Source:
    """One value of a YAML file, with the file's name."""

    file: str
    node: yaml.Node

    @classmethod
    def parse(cls, file: str, text: str) -> "Source":
        """Raises BadRules where the text is not one YAML document."""
        try:
            node = yaml.compose(text, Loader=_LOADER)
        except yaml.YAMLError as broken:
            mark = getattr(broken, "problem_mark", None)
            place = f"{file}:{mark.line + 1}" if mark else file
            raise BadRules(f"{place}: not YAML: {broken}") from broken
        if node is None:
            raise BadRules(f"{file}: empty")
        return cls(file, node)

    @property
    def line(self) -> int:
        """Counted from 1."""
        return int(self.node.start_mark.line) + 1

    def bad(self, problem: str) -> BadRules:
        """The error to raise about this value."""
        return BadRules(f"{self.file}:{self.line}: {problem}")

    def bad_at(self, line: int, problem: str) -> BadRules:
        """The error to raise about a line of this file."""
        return BadRules(f"{self.file}:{line}: {problem}")

    def number(self) -> float:
        """A number that is not negative."""
        try:
            number = float(self.text())
        except ValueError:
            raise self.bad("a number is expected here") from None
        if not 0 <= number < float("inf"):
            raise self.bad("a number that is not negative is expected here")
        return number

    def flag(self) -> bool:
        """yes or no."""
        if self.text() not in ("yes", "no"):
            raise self.bad("yes or no is expected here")
        return self.text() == "yes"

    def text(self) -> str:
        """A non-empty word or sentence, as written."""
        if not isinstance(self.node, yaml.ScalarNode) or not self.node.value.strip():
            raise self.bad("a text is expected here")
        return str(self.node.value).strip()

    def items(self) -> Iterator["Source"]:
        """The values of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.bad("a list is expected here")
        return (Source(self.file, node) for node in self.node.value)

    def texts(self) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(item.text() for item in self.items())

    def fields(self, allowed: frozenset[str] | None = None) -> dict[str, "Source"]:
        """A mapping. Raises BadRules for a key given twice or one that is not `allowed`."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.bad("a mapping is expected here")
        found: dict[str, Source] = {}
        for key, value in self.node.value:
            name = Source(self.file, key)
            if name.text() in found:
                raise name.bad(f"{name.text()!r} is given twice")
            if allowed is not None and name.text() not in allowed:
                raise name.bad(f"unknown word {name.text()!r}; known: {', '.join(sorted(allowed))}")
            found[name.text()] = Source(self.file, value)
        return found

    def need(self, name: str) -> "Source":
        """A field that must be there."""
        fields = self.fields()
        if name not in fields:
            raise self.bad(f"{name!r} is missing")
        return fields[name]
