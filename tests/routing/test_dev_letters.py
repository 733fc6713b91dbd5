"""The labelled letters that the rules were developed on, decided again."""

from pathlib import Path

import pytest

from routing.evaluation import evaluate, judge, report
from routing.loading import default_rules

LETTERS = Path(__file__).resolve().parents[3] / "shared" / "letters_dev.jsonl"

# Floors against silent worsening, no claim of quality: the rules were written with these letters
# in view, so that letters never seen are decided less well.
ACCURACY = 0.95
PRECISION = 0.985
COVERAGE = 0.93


@pytest.mark.skipif(not LETTERS.exists(), reason="letters_dev.jsonl is not beside the checkout")
def test_the_labelled_letters_are_decided_no_worse_than_before():
    rules = default_rules()
    with LETTERS.open(encoding="utf-8") as lines:
        found = report(evaluate(judge(lines, rules)), rules.version)
    mistakes = found["mistakes"]
    assert found["accuracy"] >= ACCURACY, mistakes
    assert found["precision"] >= PRECISION, mistakes
    assert found["coverage"] >= COVERAGE, mistakes


HELD = Path(__file__).resolve().parents[2] / "bench" / "letters" / "held"


def test_letters_that_nothing_was_learnt_from_are_decided_no_worse_than_before():
    rules = default_rules()
    lines = [
        line
        for file in sorted(HELD.glob("*.jsonl"))
        for line in file.read_text("utf-8").splitlines()
    ]
    found = report(evaluate(judge(lines, rules)), rules.version)
    figures = {name: found[name] for name in ("letters", "accuracy", "precision", "coverage")}
    assert found["letters"] == 1320, figures
    assert found["accuracy"] >= 0.94, figures
    assert found["precision"] >= 0.98, figures
    assert found["coverage"] >= 0.94, figures
