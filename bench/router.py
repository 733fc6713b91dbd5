"""The router by itself: `python -m bench.router [LETTERS]`: a table for people, JSON for programs.

Letters a second of `route_lines` on one core, compiled by `make fast` or not, the time of each of
its parts and its memory; four ways to find the lexicon's terms in the same words; a million
characters. The letters are made of the sentences of LETTERS (JSON lines with `text`; default: the
sample beside this file). They repeat a few hundred words, so it is run also with misspelt ones.
"""

import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from bench.automata import compared
from routing.compiled import FOLDER, compiled_in
from routing.decide import Letter, decide, weigh
from routing.facts import LONGEST_READ, facts_of
from routing.loading import default_rules
from routing.rules import RuleSet
from routing.scope import read
from routing.stream import letter_of, record_of, route_lines

SAMPLE = Path(__file__).with_name("letters_sample.jsonl")
LETTERS, LENGTH, ROUNDS = 1000, 400, 5
MISSPELT = 0.05  # of the words, in the run with words never seen
MEGABYTE, ALLOWED_MS = 1_000_000, 200
ALPHABET = "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"


@dataclass(frozen=True, slots=True)
class Rate:
    """What rounds took for each letter: median, fastest and slowest, and the processor's time."""

    median: float
    fastest: float
    slowest: float
    process: float

    def told(self) -> dict[str, float]:
        """Microseconds a letter, letters a second."""
        return {
            "per_second": round(1 / self.median),
            "slowest_per_second": round(1 / self.slowest),
            "fastest_per_second": round(1 / self.fastest),
            "microseconds": round(self.median * 1e6, 2),
            "process_microseconds": round(self.process * 1e6, 2),
        }


def timed(work: Callable[[], object], letters: int, rounds: int = ROUNDS) -> Rate:
    """Run `work` over so many letters, once to warm up and then `rounds` times."""
    work()
    taken, process = [], []
    for _ in range(rounds):
        began, before = time.perf_counter(), time.process_time()
        work()
        taken.append((time.perf_counter() - began) / letters)
        process.append((time.process_time() - before) / letters)
    median = statistics.median
    return Rate(median(taken), min(taken), max(taken), median(process))


def main() -> None:
    """Measure, tell people on stderr, print JSON."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE
    random.seed(111)
    before = resident()
    rules = default_rules()
    loaded = resident()
    texts = letters(path)
    found: dict[str, object] = {
        "load_average": [round(load, 2) for load in psutil.getloadavg()],
        "letters": {"count": LETTERS, "characters": LENGTH, "words": distinct(texts)},
        "version": rules.version,
        "core": "compiled" if compiled_in(FOLDER)[0] else "interpreted",
        **routed(texts, rules),
        "parts": parts(texts, rules),
        "search": compared(texts, rules, lambda work, count: timed(work, count).told()),
        "long_texts_ms": long_texts(rules),
    }
    found["memory_mb"] = {"rules": loaded - before, "at_the_end": resident()}
    tell(found)
    print(json.dumps(found, ensure_ascii=False))


def letters(path: Path) -> list[str]:
    """Texts of `LENGTH` characters from those of a file, cut and joined at blanks."""
    known = [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines()]
    texts = []
    for _ in range(LETTERS):
        text = ""
        while len(text) < LENGTH:
            text += random.choice(known) + " "
        texts.append(text[:LENGTH].rpartition(" ")[0])
    return texts


def distinct(texts: Iterable[str]) -> int:
    """How many different words there are between blanks."""
    return len({word for text in texts for word in text.split()})


def misspelt(text: str) -> str:
    """The text with one letter of some words exchanged, so that they were never seen."""
    return " ".join(
        word[:-1] + random.choice(ALPHABET) + random.choice(ALPHABET)
        if random.random() < MISSPELT
        else word
        for word in text.split(" ")
    )


def routed(texts: Sequence[str], rules: RuleSet) -> dict[str, object]:
    """`route_lines`: warm, with words never seen in each round, and explaining."""
    known = lines(texts)
    fresh = iter([lines(map(misspelt, texts)) for _ in range(ROUNDS + 1)])
    everything = partial(exhaust, known, rules)
    return {
        "route": timed(everything, len(texts)).told(),
        "route_unseen_words": timed(lambda: exhaust(next(fresh), rules), len(texts)).told(),
        "route_explain": timed(partial(everything, explain=True), len(texts)).told(),
    }


def lines(texts: Iterable[str]) -> list[str]:
    """The letters as JSON lines."""
    return [
        json.dumps({"id": id_, "text": text}, ensure_ascii=False) for id_, text in enumerate(texts)
    ]


def exhaust(known: Iterable[str], rules: RuleSet, *, explain: bool = False) -> None:
    """Route all lines and forget the answers."""
    for _ in route_lines(known, rules, explain=explain):
        pass


def parts(texts: Sequence[str], rules: RuleSet) -> dict[str, float]:
    """Microseconds of the processor a letter, each part without what it contains of the others."""
    alphabet, lexicon = rules.lexicon.alphabet, rules.lexicon
    found = [Letter(text) for text in texts]
    known = lines(texts)

    def each(work: Callable[..., object], of: Iterable[object]) -> float:
        things = list(of)
        rate = timed(lambda: [None for thing in things if work(thing) is None], len(things))
        return rate.process * 1e6

    whole = {
        "parse": each(lambda line: letter_of(record_of(line)), known),
        "write": each(alphabet.write, texts),
        "find": each(lexicon.find, map(alphabet.write, texts)),
        "read": each(lambda text: read(text, lexicon), texts),
        "facts": each(lambda letter: facts_of(letter, rules), found),
        "weigh": each(lambda letter: weigh(letter, rules), found),
        "decide": each(lambda letter: decide(letter, rules), found),
        "route": timed(partial(exhaust, known, rules), len(known)).process * 1e6,
    }
    own = {
        "JSON in": whole["parse"],
        "words to signs": whole["write"],
        "terms found": whole["find"],
        "scope and force": whole["read"] - whole["write"] - whole["find"],
        "facts": whole["facts"] - whole["read"],
        "rules and experience": whole["weigh"] - whole["facts"],
        "evidence": whole["decide"] - whole["weigh"],
        "JSON out": whole["route"] - whole["decide"] - whole["parse"],
    }
    return {name: round(taken, 2) for name, taken in own.items()}


def long_texts(rules: RuleSet) -> dict[str, dict[str, float]]:
    """Milliseconds for each kind of text: a million characters, and parts that are read."""
    took: dict[str, dict[str, float]] = {}
    for name, text in shapes():
        took[name] = {"million": _once(text, rules)}
        for length in (LONGEST_READ // 20, LONGEST_READ // 4, LONGEST_READ):
            took[name][str(length)] = _once(text[:length], rules)
            if took[name][str(length)] > 5 * ALLOWED_MS:
                break  # the longer ones would take minutes
    return took


def _once(text: str, rules: RuleSet) -> float:
    """Once, as a citizen would send it: its words never seen."""
    began = time.perf_counter()
    decide(Letter(text), rules)
    return round((time.perf_counter() - began) * 1000, 1)


def shapes() -> Iterator[tuple[str, str]]:
    """Texts that are no letters."""
    word = "".join(random.choices(ALPHABET, k=6))
    controls = "".join(map(chr, [*range(32), *range(0x80, 0xA0), 0x200C, 0x202E, 0xFEFF]))
    words = (
        "".join(random.choices(ALPHABET, k=random.randint(2, 9))) for _ in range(MEGABYTE // 6)
    )
    for name, text in (
        ("words without stops", " ".join(words)),
        ("one request again and again", "وام قرض‌الحسنه می‌خواهم "),
        ("half-words", "می ها "),
        ("stops", ".،\n"),
        ("emoji", "😊👍🏽👨‍👩‍👧 "),
        ("control characters", controls),
        ("one endless word", word),
        ("one letter", "ا"),
        ("half-spaces", "وام\u200c"),
        ("Arabic and Latin", "قرضي الحسنة vam mikham كمك "),
        ("half characters", "\ud800"),
    ):
        yield name, (text * (MEGABYTE // len(text) + 1))[:MEGABYTE]


def resident() -> float:
    """Megabytes of this process."""
    return round(psutil.Process().memory_info().rss / 2**20, 1)


def tell(found: Mapping[str, object]) -> None:
    """For people."""
    console = Console(stderr=True)
    for name, value in found.items():
        if not isinstance(value, dict):
            console.print(f"{name}: {value}")
            continue
        rows = value if all(isinstance(v, dict) for v in value.values()) else {"": value}
        columns = list(dict.fromkeys(key for row in rows.values() for key in row))
        table = Table(name, *columns)
        for label, row in rows.items():
            table.add_row(label, *(_cell(row.get(column)) for column in columns))
        console.print(table)
    slow = [n for n, took in found["long_texts_ms"].items() if max(took.values()) > ALLOWED_MS]
    console.print(f"texts over {ALLOWED_MS} ms: {', '.join(slow) or 'none'}")


def _cell(value: object) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


if __name__ == "__main__":
    main()
