"""Why a letter goes where it goes, for people: marked words, the rules' own word, who competed."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from routing.banks import group
from routing.cases import TRIAGE
from routing.decide import BY_EXPERIENCE, Decision, Evidence, Weighed, decision_of, mentioned, weigh
from routing.facts import Letter
from routing.rules import RuleSet

_COMPETITORS = 3
_PLACES = 4  # of a share
_NAMING = frozenset({"body", "bank"})  # roles of the concepts whose label is an agency's name
_TITLE_OF_EXPERIENCE = "تجربه"
_UNREADABLE = {
    "too_long": "نامه درازتر از آن است که خوانده شود.",
    "nothing_said": "در نامه چیزی گفته نشده است.",
}
_BY_RULE = "قاعدهٔ {rule} («{title}») آن را به کارشناس می‌سپارد"
_UNLIKELY = (
    "تجربه محتمل‌ترین مرجع را «{name}» می‌داند، ولی تنها با احتمال {share}٪؛"
    " ارجاع بی کارشناس دست‌کم {bar}٪ می‌خواهد"
)
_NAMED = "قاعدهٔ {rule} («{title}») «{name}» را نام می‌برد"
_NOBODYS = "تجربه آن را به احتمال {share}٪ کار پایش می‌داند"
_DIGITS = str.maketrans("0123456789.", "۰۱۲۳۴۵۶۷۸۹٫")


class Competitor(NamedTuple):
    """An owner that the letter did not go to, and how likely experience found it."""

    agency: str
    share: float


class Explanation(NamedTuple):
    """A decision and what a person wants to know of it.

    `marked`: the text with its evidence as ⟦words|label⟧. `title`: of the rule that decided.
    `ruled`: agency and rule that the rules alone said. `competed`: the likeliest other owners, the
    five banks as `bank`; empty where experience had no say. `why_not`: one Persian sentence where
    a person decides, else empty.
    """

    decision: Decision
    concepts: tuple[Evidence, ...]
    marked: str
    title: str
    ruled: tuple[str, str]
    competed: tuple[Competitor, ...]
    why_not: str


def explanation_of(letter: Letter, rules: RuleSet) -> Explanation:
    """The decision on `letter`, with everything that explains it. Never raises."""
    weighed = weigh(letter, rules)
    decision = decision_of(weighed, rules)
    return Explanation(
        decision,
        mentioned(weighed.facts),
        marked(letter.text, decision.because, rules),
        title_of(decision.rule, rules),
        (weighed.ruled.agency, weighed.ruled.rule),
        tuple(_competitors(weighed)),
        _why_not(weighed, rules),
    )


def why_not(letter: Letter, rules: RuleSet) -> str:
    """One Persian sentence why a person decides; empty where none does."""
    return _why_not(weigh(letter, rules), rules)


def marked(text: str, because: Iterable[Evidence], rules: RuleSet) -> str:
    """`text` with the evidence as ⟦words|label⟧; of those that overlap, the longest."""
    pieces, end = [], 0
    for one in sorted(_apart(because, len(text))):
        label = rules.lexicon.concepts[one.concept].label
        pieces += [text[end : one.start], f"⟦{one.text}|{label}⟧"]
        end = one.end
    return "".join([*pieces, text[end:]])


def _apart(because: Iterable[Evidence], length: int) -> Iterator[Evidence]:
    taken = bytearray(length)
    for one in sorted(because, key=lambda one: (one.start - one.end, one.start)):
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = b"\x01" * (one.end - one.start)
            yield one


def title_of(rule: str, rules: RuleSet) -> str:
    """The Persian title of a rule; its id when these rules do not have it."""
    if rule == BY_EXPERIENCE:
        return _TITLE_OF_EXPERIENCE
    return next((known.title for known in rules.rules if known.id == rule), rule)


def _competitors(weighed: Weighed) -> Iterator[Competitor]:
    went = group(weighed.agency)
    shares = sorted(weighed.shares.items(), key=lambda share: (-share[1], share[0]))
    others = [(owner, round(share, _PLACES)) for owner, share in shares if owner != went]
    return (Competitor(owner, share) for owner, share in others[:_COMPETITORS] if share)


def _why_not(weighed: Weighed, rules: RuleSet) -> str:
    if weighed.agency != TRIAGE:
        return ""
    decisive = weighed.ruled.case.says & weighed.facts.said
    unreadable = (why for fact, why in _UNREADABLE.items() if fact in decisive)
    return next(unreadable, None) or " و ".join(_reasons(weighed, rules)) + "."


def _reasons(weighed: Weighed, rules: RuleSet) -> Iterator[str]:
    """What the rules say, unless experience only doubts it, then what experience says."""
    shares, ruled = weighed.shares, weighed.ruled
    owner = max(shares, key=shares.__getitem__) if shares else TRIAGE
    agreed = owner == group(ruled.agency)
    words = {"rule": ruled.rule, "title": title_of(ruled.rule, rules)}
    if ruled.agency == TRIAGE:
        yield _BY_RULE.format(**words)
    elif not agreed:
        yield _NAMED.format(**words, name=_name(ruled.agency, rules))
    if owner != TRIAGE:
        bar = rules.bars.agree if agreed else rules.bars.overrule
        name = _name(weighed.suggestion or owner, rules)
        yield _UNLIKELY.format(name=name, share=_floor(shares[owner]), bar=_percent(bar * 100))
    elif not agreed:
        yield _NOBODYS.format(share=_floor(shares[owner]))


def _name(agency: str, rules: RuleSet) -> str:
    """The agency's name as the lexicon has it, or its code."""
    concepts = rules.lexicon.concepts.values()
    names = (c.label for c in concepts if c.owner == agency and c.role in _NAMING)
    return next(names, agency)


def _floor(share: float) -> str:
    """In percent, never rounded up to the bar that it missed."""
    return _percent(int(share * 100))


def _percent(number: float) -> str:
    return f"{number:g}".translate(_DIGITS)
