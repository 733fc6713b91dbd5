"""The table of moves."""

import pytest

from app.lifecycle import NEXT, OPEN, IllegalMove, Status, move


@pytest.mark.parametrize("current", list(Status))
@pytest.mark.parametrize("target", list(Status))
def test_what_the_table_does_not_allow_is_refused(current: Status, target: Status) -> None:
    if target in NEXT[current]:
        assert move(current, target) is target
    else:
        with pytest.raises(IllegalMove):
            move(current, target)


def test_every_open_status_leads_to_an_end() -> None:
    for status in OPEN:
        seen, todo = set(), {status}
        while todo:
            here = todo.pop()
            seen.add(here)
            todo |= NEXT[here] - seen
        assert Status.CLOSED in seen


def test_what_is_closed_or_merged_stays_so() -> None:
    assert not NEXT[Status.CLOSED]
    assert not NEXT[Status.MERGED]
