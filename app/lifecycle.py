"""The life of a correspondence: which status may follow which (design §5)."""

from enum import StrEnum


class Channel(StrEnum):
    LETTER = "letter"
    ELECTRONIC = "electronic"
    CALL = "call"


class Status(StrEnum):
    TRIAGE = "triage"
    REFERRED = "referred"
    IN_PROGRESS = "in_progress"
    ANSWERED = "answered"
    CLOSED = "closed"
    MERGED = "merged"


class Outcome(StrEnum):
    DONE = "done"
    PARTLY = "partly"
    NOT_POSSIBLE = "not_possible"


NEXT: dict[Status, frozenset[Status]] = {
    Status.TRIAGE: frozenset({Status.REFERRED, Status.MERGED}),
    Status.REFERRED: frozenset({Status.IN_PROGRESS, Status.TRIAGE, Status.REFERRED, Status.MERGED}),
    Status.IN_PROGRESS: frozenset(
        {Status.ANSWERED, Status.TRIAGE, Status.REFERRED, Status.IN_PROGRESS, Status.MERGED}
    ),
    Status.ANSWERED: frozenset({Status.CLOSED, Status.REFERRED, Status.TRIAGE}),
    Status.CLOSED: frozenset(),
    Status.MERGED: frozenset(),
}

OPEN = frozenset(Status) - {Status.CLOSED, Status.MERGED}
WITH_AGENCY = frozenset({Status.REFERRED, Status.IN_PROGRESS})


class IllegalMove(Exception):
    """This status can't follow that one."""


def move(current: Status, target: Status) -> Status:
    """The target, if it may follow; raises IllegalMove."""
    if target not in NEXT[current]:
        raise IllegalMove(f"{current} → {target}")
    return target
