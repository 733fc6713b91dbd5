"""The labelled letters: how many reach the right office, and how sure "confident" is."""

import json
from pathlib import Path

import pytest

from routing.decide import Letter, decide
from routing.rules import default_rules

LETTERS = Path(__file__).resolve().parents[3] / "shared" / "letters_dev.jsonl"
RIGHT_FLOOR = 0.97
CONFIDENT_RIGHT_FLOOR = 0.985
CONFIDENT_SHARE_FLOOR = 0.78


def code(gold):
    return gold.replace(":", "-").replace("_", "-")


@pytest.mark.skipif(not LETTERS.exists(), reason="letters_dev.jsonl is not beside the checkout")
def test_the_labelled_letters_reach_the_right_office():
    records = [json.loads(line) for line in LETTERS.read_text("utf-8").splitlines()]
    right, confident, wrong = 0, 0, []
    for record in records:
        fields = record["fields"]
        letter = Letter(
            record["text"], record["channel"], fields.get("bank"), fields.get("covered_by")
        )
        decision = decide(letter, default_rules())
        good = decision.agency in map(code, record["gold"])
        right += good
        confident += decision.confident
        if not good:
            wrong.append((record["id"], decision.agency, decision.rule, decision.confident))
    sure_and_wrong = sum(mistake[3] for mistake in wrong)
    figures = f"right {right}, confident {confident} of {len(records)}; wrong: {wrong}"
    assert right / len(records) >= RIGHT_FLOOR, figures
    assert 1 - sure_and_wrong / confident >= CONFIDENT_RIGHT_FLOOR, figures
    assert confident / len(records) >= CONFIDENT_SHARE_FLOOR, figures
