"""What a draft of the rules would decide of letters, by one process or several."""

import signal
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from app.queries.replay import Past
from app.running.orphans import die_with_parent
from routing.decide import decide
from routing.facts import Letter
from routing.loading import parse
from routing.rules import RuleSet

PAGES_AHEAD = 2  # for each process, so that none waits and memory stays flat

_here: list[RuleSet] = []  # in a judging process: its own copy of the draft


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule set and the files, name → text, that it was made from."""

    files: Mapping[str, str]
    rules: RuleSet

    @classmethod
    def parse(cls, files: Mapping[str, str]) -> "Draft":
        """Raises BadRules."""
        return cls(files, parse(files))


# Each letter with the agency that the draft names: triage exactly when a person decides.
Judged = list[tuple[Past, str]]


def judge(draft: Draft, pages: Iterable[list[Past]], jobs: int) -> Iterator[Judged]:
    """Each page, in order, with the agency that the draft names for each letter."""
    if jobs == 1:
        for page in pages:
            yield list(zip(page, _agencies(_letters(page), draft.rules), strict=True))
        return
    context = get_context("spawn")  # a fork would share the parent's connections and threads
    waiting: deque[tuple[list[Past], Future[list[str]]]] = deque()
    with ProcessPoolExecutor(jobs, context, _prepare, (dict(draft.files),)) as pool:
        for page in pages:
            waiting.append((page, pool.submit(_judge, _letters(page))))
            if len(waiting) > PAGES_AHEAD * jobs:
                yield _first(waiting)
        while waiting:
            yield _first(waiting)


def _letters(page: Sequence[Past]) -> list[Letter]:
    return [past.letter for past in page]


def _first(waiting: "deque[tuple[list[Past], Future[list[str]]]]") -> Judged:
    page, future = waiting.popleft()
    return list(zip(page, future.result(), strict=True))


def _prepare(files: Mapping[str, str]) -> None:
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it and ends us
    _here.append(parse(files))


def _judge(letters: Sequence[Letter]) -> list[str]:
    return _agencies(letters, _here[0])


def _agencies(letters: Iterable[Letter], rules: RuleSet) -> list[str]:
    return [decide(letter, rules).agency for letter in letters]
