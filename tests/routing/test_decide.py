"""decide() is pure, total and quick."""

import time

from hypothesis import given
from hypothesis import strategies as st

from routing.cases import AGENCIES
from routing.decide import Letter, decide, mentioned, weigh
from routing.loading import default_rules

WORDS = sorted(
    {term.replace("~", " ") for c in default_rules().lexicon.concepts.values() for term in c.terms}
)
SENTENCES = st.lists(st.sampled_from([*WORDS, ".", "،", "\n", "ولی"]), max_size=40).map(" ".join)
ANY = st.text(alphabet=st.characters(exclude_categories=()))


@given(st.one_of(SENTENCES, ANY), st.one_of(st.none(), ANY), st.one_of(st.none(), ANY))
def test_any_text_and_any_field_get_a_decision(text, bank, covered_by):
    letter = Letter(text, bank=bank, covered_by=covered_by)
    decision = decide(letter, default_rules())
    assert decision.agency in AGENCIES
    assert decision.confident == (decision.agency != "triage")
    assert decision.suggestion is None or not decision.confident
    assert decision == decide(letter, default_rules())


@given(SENTENCES)
def test_evidence_always_quotes_the_letter(text):
    found = (
        *decide(Letter(text), default_rules()).because,
        *mentioned(weigh(Letter(text), default_rules()).facts),
    )
    assert all(text[e.start : e.end] == e.text != "" for e in found)


def test_a_megabyte_goes_to_a_person_in_bounded_time():
    text = "حساب وام ازدواج کمیته امداد نمی‌خواهم گرفته بودم همسایه مسدود " * 15_000
    started = time.perf_counter()
    decision = decide(Letter(text), default_rules())
    assert time.perf_counter() - started < 10  # a guard against blow-ups; bench/ has the figure
    assert (decision.agency, decision.rule) == ("triage", "R0")
