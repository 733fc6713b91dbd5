"""Rule sets from their files, checked: lexicon.yaml, rules.yaml and perhaps experience.tsv."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from routing import rulefile
from routing.cases import AGENCIES, CONDITIONS, Case, Rule
from routing.concepts import concepts_from, spellings_from
from routing.experience import FILE, OWNERS, Experience
from routing.lexicon import build
from routing.probing import probe
from routing.rulefile import RuleFile
from routing.rules import RuleSet
from routing.sources import BadRules, Source

LEXICON, RULES, EXPERIENCE = "lexicon.yaml", "rules.yaml", FILE
NAMES = (LEXICON, RULES, EXPERIENCE)


@cache
def default_rules() -> RuleSet:
    """The rules that come with the program."""
    return parse(default_files())


def default_files() -> dict[str, str]:
    """File name → text of the rules that come with the program."""
    folder = files("routing") / "data"
    return {name: (folder / name).read_text("utf-8") for name in NAMES if (folder / name).is_file()}


def load(path: str | Path) -> RuleSet:
    """The rules in a folder, or in one file of it. Raises BadRules, OSError."""
    return parse(read_files(path))


def read_files(path: str | Path) -> dict[str, str]:
    """File name → text. What does not stand beside the given file is the program's own.

    Raises BadRules, OSError.
    """
    place = Path(path)
    if place.is_dir():
        names = [name for name in NAMES if (place / name).exists() or name != EXPERIENCE]
        return {name: _text(place / name) for name in names}
    if place.name not in NAMES:
        raise BadRules(f"{place}: a rules file is called {', '.join(NAMES)}")
    beside = {name: place.with_name(name) for name in NAMES}
    return default_files() | {
        name: _text(file) for name, file in beside.items() if file == place or file.exists()
    }


def parse(texts: Mapping[str, str]) -> RuleSet:
    """The rule set of these files, by name. Raises BadRules naming file and line."""
    lexicon = Source.parse(LEXICON, texts[LEXICON])
    concepts = tuple(concepts_from(lexicon, AGENCIES | OWNERS | {"other"}))
    spellings = spellings_from(lexicon)
    ordinary = lexicon.need("ordinary").texts()
    found = rulefile.read(
        Source.parse(RULES, texts[RULES]),
        frozenset(concept.id for concept in concepts),
        frozenset(concept.owner for concept in concepts),
    )
    learnt = texts.get(EXPERIENCE)
    experience = Experience.parse(EXPERIENCE, learnt) if learnt else None
    content = repr((concepts, sorted(spellings.items()), ordinary, _canonical(found), learnt))
    rules = RuleSet(
        lexicon=build(
            concepts, spellings, ordinary, experience.of_token if experience else _no_lean
        ),
        rules=found.rules,
        settled=found.settled,
        shares=found.shares,
        bars=found.bars,
        experience=experience,
        version=sha256(content.encode()).hexdigest()[:12],
    )
    probe(rules, found)
    return rules


def _no_lean(_token: str) -> int:
    return 0


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as broken:
        raise BadRules(f"{file}: not UTF-8") from broken


def _canonical(value: object) -> str:
    """Text that depends neither on the order of a set nor on the lines of a file."""
    if isinstance(value, RuleFile):
        shares = tuple(sorted(value.shares.items()))
        return _canonical((value.rules, value.settled, shares, repr(value.bars)))
    if isinstance(value, frozenset):
        return "{" + ",".join(sorted(map(_canonical, value))) + "}"
    if isinstance(value, tuple):
        return "(" + ",".join(map(_canonical, value)) + ")"
    if isinstance(value, Rule):
        return _canonical((value.id, value.title, value.cases))
    if isinstance(value, Case):
        conditions = tuple(getattr(value, name) for name in CONDITIONS)
        return _canonical((value.to, value.sure, value.final, *conditions))
    return repr(value)
