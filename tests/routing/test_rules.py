"""Rules are data that an administrator changes: what is wrong is said with file and line."""

from importlib.resources import files

import pytest

from routing.decide import Letter, decide
from routing.loading import default_rules, load
from routing.sources import BadRules

LEXICON = """\
concepts:
  loan: {label: وام, role: thing, owner: bank, terms: [وام]}
ordinary: [دوام]
spellings: {vam: وام}
"""
RULES = """\
groups:
  money: [loan]
settled:
  - [bank, bank]
rules:
  - id: R10
    title: وام
    cases:
      - {to: the-bank, asks: [money]}
  - id: R12
    title: دیگر
    cases:
      - {to: triage}
"""


@pytest.fixture
def folder(tmp_path):
    def write(rules=RULES, lexicon=LEXICON):
        (tmp_path / "lexicon.yaml").write_text(lexicon, "utf-8")
        (tmp_path / "rules.yaml").write_text(rules, "utf-8")
        return tmp_path

    return write


def test_the_decision_follows_the_rules_that_were_loaded(folder):
    rules = load(folder(RULES.replace("the-bank", "welfare")))
    assert decide(Letter("وام می‌خواهم"), rules).agency == "welfare"


def test_the_same_content_has_the_same_version_and_another_content_another(folder):
    version = load(folder()).version
    assert load(folder(RULES.replace("title: وام", "title:   وام  # چرا"))).version == version
    assert load(folder(RULES.replace("the-bank", "welfare"))).version != version
    assert load(folder(lexicon=LEXICON.replace("[وام]", "[وام, قرض]"))).version != version


@pytest.mark.parametrize(
    ("place", "rules"),
    [
        ("rules.yaml:9: unknown concept 'gift'", RULES.replace("asks: [money]", "asks: [gift]")),
        ("rules.yaml:10: rule R10 is given twice", RULES.replace("R12", "R10")),
        (
            "rules.yaml:13: never reached: R10",
            RULES.replace("to: triage}", "to: welfare, asks: [loan], unless_says: [agent_bank]}"),
        ),
        ("rules.yaml:9: 'the-bakery' is no agency", RULES.replace("the-bank", "the-bakery")),
        (
            "rules.yaml:6: the last case must",
            RULES.replace("{to: triage}", "{to: triage, says: [unsettled]}"),
        ),
        ("rules.yaml:9: unknown word 'ask'", RULES.replace("asks:", "ask:")),
        ("rules.yaml:9: yes or no", RULES.replace("asks: [money]", "sure: maybe")),
        (
            "rules.yaml:4: no concept is owned by 'shop'",
            RULES.replace("[bank, bank]", "[bank, shop]"),
        ),
        ("rules.yaml:5: a list is expected", RULES[: RULES.index("rules:")] + "rules: 7"),
        ("rules.yaml:1: 'rules' is missing", RULES[: RULES.index("rules:")]),
        ("rules.yaml:2: not YAML", "groups:\n  - ]"),
        ("rules.yaml: empty", ""),
    ],
)
def test_wrong_rules_are_refused_with_their_place(folder, place, rules):
    with pytest.raises(BadRules) as refused:
        load(folder(rules))
    assert place in str(refused.value)


@pytest.mark.parametrize(
    ("place", "lexicon"),
    [
        ("lexicon.yaml:2: 'bnak' is no owner", LEXICON.replace("owner: bank", "owner: bnak")),
        ("lexicon.yaml:2: role 'hero'", LEXICON.replace("thing", "hero")),
        ("lexicon.yaml:2: '~' has no letters", LEXICON.replace("[وام]", "[وام, '~']")),
        ("lexicon.yaml:2: 'label' is missing", LEXICON.replace("label: وام, ", "")),
        (
            "lexicon.yaml:3: 'loan' is given twice",
            LEXICON.replace("ordinary", "  loan: {}\nordinary"),
        ),
        ("lexicon.yaml:3: a text is expected", LEXICON.replace("[دوام]", "[[دوام]]")),
        (
            "lexicon.yaml:2: a mapping is expected",
            LEXICON.replace("{label", "[{label").replace("]}", "]}]"),
        ),
    ],
)
def test_a_wrong_lexicon_is_refused_with_its_place(folder, place, lexicon):
    with pytest.raises(BadRules) as refused:
        load(folder(lexicon=lexicon))
    assert place in str(refused.value)


SAME_RANK = RULES.replace("id: R10", "id: R10\n    rank: 5").replace(
    "id: R12", "id: R12\n    rank: 5"
)
PROBED = RULES + "probes:\n  - {text: وام می‌خواهم, to: the-bank}\n"


def test_a_rule_of_a_lower_rank_decides_first_wherever_it_stands(folder):
    later = RULES.replace("id: R12", "id: R12\n    rank: 1")
    later = later.replace("{to: triage}", "{to: triage, says: [loan]}")
    always = "  - id: R13\n    title: x\n    cases:\n      - {to: triage}\n"
    assert decide(Letter("وام می‌خواهم"), load(folder(later + always))).rule == "R12"


def test_two_rules_of_one_rank_that_disagree_on_a_probe_are_refused_with_both_lines(folder):
    with pytest.raises(BadRules) as refused:
        load(folder(SAME_RANK + "probes:\n  - {text: وام می‌خواهم, to: the-bank}\n"))
    assert "rules.yaml:11: R12 and R10 (line 6) have the same rank" in str(refused.value)


def test_a_probe_that_goes_elsewhere_is_refused(folder):
    assert load(folder(PROBED)).version == load(folder()).version
    with pytest.raises(BadRules, match=r"rules\.yaml:15: this probe goes to bank-\w+, not to welf"):
        load(
            folder(
                PROBED.replace("to: the-bank}\n", "to: the-bank}\n").replace(
                    "هم, to: the-bank", "هم, to: welfare"
                )
            )
        )


def test_the_shares_of_the_banks_are_part_of_the_rules(folder):
    rules = load(folder(RULES + "banks: {bank-refah: 1}\n"))
    assert decide(Letter("وام می‌خواهم"), rules).agency == "bank-refah"
    assert rules.version != load(folder()).version
    with pytest.raises(BadRules, match=r"rules\.yaml:14: at least one bank"):
        load(folder(RULES + "banks: {bank-refah: 0}\n"))
    with pytest.raises(BadRules, match=r"rules\.yaml:14: a number"):
        load(folder(RULES + "banks: {bank-refah: many}\n"))


def test_a_single_file_is_read_with_what_the_program_has_beside_it(tmp_path):
    own = (files("routing") / "data" / "rules.yaml").read_text("utf-8")
    (tmp_path / "rules.yaml").write_text(own, "utf-8")
    assert load(tmp_path / "rules.yaml").version == default_rules().version
    (tmp_path / "rules.yaml").write_text(own.replace("overrule: 0.8", "overrule: 0.99"), "utf-8")
    assert load(tmp_path / "rules.yaml").version != default_rules().version


def test_a_certainty_is_a_likelihood(folder):
    with pytest.raises(BadRules, match=r"rules\.yaml:14: a likelihood from 0 to 1"):
        load(folder(RULES + "certainty: {agree: 65, overrule: 95}\n"))


def test_a_file_of_another_name_is_refused(folder):
    other = folder() / "notes.yaml"
    other.write_text("a: 1", "utf-8")
    with pytest.raises(BadRules, match=r"notes\.yaml: a rules file is called"):
        load(other)


def test_a_file_that_is_not_utf8_is_refused_by_name(folder):
    place = folder()
    (place / "rules.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadRules, match=r"rules\.yaml: not UTF-8"):
        load(place)


def test_the_rules_that_come_with_the_program_can_be_loaded_from_their_folder():
    assert load(str(files("routing") / "data")).version == default_rules().version
