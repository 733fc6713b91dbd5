"""A letter as one character per word: the same words as in the text, each at its place."""

from hypothesis import given
from hypothesis import strategies as st

from routing.alphabet import Alphabet
from routing.concepts import NOTHING
from routing.loading import default_rules
from routing.text import MARKS, split

ALPHABET = default_rules().lexicon.alphabet
WORDS = st.sampled_from(
    ["وام", "می", "نمی", "خواهم", "ها", "های", "می‌خواهم", "وام‌ها", "قرض‌الحسنه،", "«بانک", "ملی»"]
)
GAPS = st.sampled_from([" ", "  ", "\n", " \n", "، ", "\u200c", "\t"])
SENTENCES = st.lists(st.tuples(WORDS, GAPS), max_size=20).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)
ANY = st.text(alphabet=st.characters(exclude_categories=()))


@given(st.one_of(SENTENCES, ANY))
def test_there_is_one_character_for_each_word_and_mark(text):
    written = ALPHABET.write(text)
    parts = [part for token in written.tokens for part in split(token)]
    assert {len(layer) for layer in written.layers} == {len(parts)}
    marks = [part.word in MARKS for part in parts]
    assert [sign in MARKS for sign in written.near] == marks


@given(st.one_of(SENTENCES, ANY))
def test_every_word_is_found_again_at_its_place(text):
    written = ALPHABET.write(text)
    parts = [part.word for token in written.tokens for part in split(token)]
    places = written.places([(word, word + 1) for word in range(len(parts))])
    for word, (start, end) in zip(parts, places, strict=True):
        if word not in MARKS:
            assert "".join(part.word for part in split(text[start:end])) == word


def test_a_verb_and_a_plural_written_apart_are_one_word_with_what_they_belong_to():
    assert len(ALPHABET.write("وام ها را نمی دهند").near) == 3


def test_half_spaces_kept_or_lost_make_the_same_letter():
    kept, lost = ALPHABET.write("نمی‌خواهم وام‌ها را"), ALPHABET.write("نمی خواهم وام ها را")
    assert kept.near == lost.near


def test_however_many_words_a_lexicon_has_each_is_a_character_that_can_be_encoded():
    words = [f"w{number}" for number in range(60_000)]
    alphabet = Alphabet(dict.fromkeys(words, NOTHING), {}, [], lambda _token: 0)
    written = alphabet.write(" ".join(words))
    assert len(set(written.near)) == len(written.near) == 60_000
    assert written.near.encode()
