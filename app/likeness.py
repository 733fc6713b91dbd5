"""Whether two letters are about the same matter: a measure that an operator can check by eye."""

from collections.abc import Sequence
from dataclasses import dataclass

from routing.facts import Letter, facts_of
from routing.rules import RuleSet
from routing.terms import stems
from routing.text import words

SAME_WORDS = 0.5  # of the shorter letter's telling words, where nothing else is known
SAME_THING = 1 / 3  # enough where both ask for the same thing
LEAST = 3  # shared words; fewer say nothing
LEAST_OF_THING = 2
SAME_COPY = 0.7  # of the words of both together
LEAST_OF_COPY = 5
_SHORTEST_WORD = 3
_ONE_KEYBOARD = str.maketrans("يىك\u200c.,:;!?،؛؟()«»", "ییک" + " " * 14)
_COURTESY = frozenset(
    word
    for line in (
        "سلام با عرض ادب احترام لطفا خواهشمندم خواهشمند خواهش است هست هستم هستیم نیست شده شد نشده",
        "دارم داریم ندارم ندارد دارد بود بودم باشد کرده کرد کردم کنید کنم کنند نکرده این آن برای",
        "من ما شما خود خودم اینجانب جناب محترم تشکر ممنون دستور فرمایید نمایید پیگیری رسیدگی",
        "چرا ولی اما اگر هنوز تاکنون یک دو سه سال ماه روز بار قبلا پیش پس هم همین هیچ نمی می را که",
        "درخواست تقاضا تقاضای متقاضی مورد علت دلیل گفته گفتند میگن میگویند شود نشد بدهید لطف",
    )
    for word in words(line)
)


@dataclass(frozen=True, slots=True)
class Gist:
    """What a letter is about: things asked for (Persian label by concept) and telling words
    (as written, by stem)."""

    things: dict[str, str]
    told: dict[str, str]


@dataclass(frozen=True, slots=True)
class Likeness:
    """`alike` and why: the things that both ask for, the words that both use."""

    alike: bool
    things: tuple[str, ...]
    words: tuple[str, ...]


def gist_of(text: str, rules: RuleSet) -> Gist:
    """Costs about as much as routing the letter."""
    concepts = rules.lexicon.concepts
    asked = (concepts[one] for one in facts_of(Letter(text), rules).asked if one in concepts)
    things = {concept.id: concept.label for concept in asked if concept.role == "thing"}
    told: dict[str, str] = {}
    for word in words(text):
        if len(word) >= _SHORTEST_WORD and word not in _COURTESY:
            told.setdefault(min(stems(word), key=len), word)
    return Gist(things, told)


def compare(one: Gist, other: Gist) -> Likeness:
    """Alike: the same thing asked for and a third of the telling words of the shorter letter in
    the longer one, too; or half of them, whatever is asked for."""
    things = one.things.keys() & other.things.keys()
    shared = [stem for stem in one.told if stem in other.told]
    share = len(shared) / max(1, min(len(one.told), len(other.told)))
    bar, least = (SAME_THING, LEAST_OF_THING) if things else (SAME_WORDS, LEAST)
    said = tuple(one.told[stem] for stem in shared)
    alike = share >= bar and len(shared) >= least
    return Likeness(alike, tuple(sorted(one.things[thing] for thing in things)), said)


def nearly_same(one: str, others: Sequence[str]) -> list[int]:
    """Which of the others say the same as this one but for a few words, as the copies of one
    petition do. Costs about ten microseconds each."""
    own = _bare_words(one)
    found = []
    for place, other in enumerate(others):
        theirs = _bare_words(other)
        shared = len(own & theirs)
        if shared >= LEAST_OF_COPY and shared >= SAME_COPY * len(own | theirs):
            found.append(place)
    return found


def _bare_words(text: str) -> frozenset[str]:
    return frozenset(text.translate(_ONE_KEYBOARD).split())
