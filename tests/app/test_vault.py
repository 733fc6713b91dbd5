"""Identity data at rest."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vault import Place, Tampered, Vault

RING = {1: bytes(range(32))}
VAULT = Vault(RING, b"i" * 32)
PLACE = Place("citizens", "national_id", uuid4())


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_what_is_sealed_comes_out_as_it_went_in(value: str) -> None:
    assert VAULT.open(VAULT.seal(value, PLACE), PLACE) == value


def test_equal_values_look_different_and_show_nothing() -> None:
    one, other = VAULT.seal("0013542419", PLACE), VAULT.seal("0013542419", PLACE)
    assert one != other
    assert b"0013542419" not in one


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place("citizens", "national_id", uuid4()),
        Place("citizens", "mobile", PLACE.row),
        Place("callbacks", "national_id", PLACE.row),
    ],
)
def test_a_value_moved_to_another_row_column_or_table_is_not_opened(elsewhere: Place) -> None:
    with pytest.raises(Tampered):
        VAULT.open(VAULT.seal("0013542419", PLACE), elsewhere)


@given(st.data())
def test_any_changed_byte_is_noticed(data: st.DataObject) -> None:
    sealed = bytearray(VAULT.seal("سلام", PLACE))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Tampered):
        VAULT.open(bytes(sealed), PLACE)


@pytest.mark.parametrize("sealed", [b"", b"\x01\x01", b"\x01\x02" + b"x" * 40])
def test_what_was_never_sealed_is_refused(sealed: bytes) -> None:
    with pytest.raises(Tampered):
        VAULT.open(sealed, PLACE)


def test_old_keys_open_and_the_first_key_seals() -> None:
    rotated = Vault({2: b"n" * 32} | RING, b"i" * 32)
    assert rotated.open(VAULT.seal("قدیمی", PLACE), PLACE) == "قدیمی"
    assert rotated.seal("نو", PLACE)[1] == 2


def test_an_index_finds_equal_values_of_one_kind_only() -> None:
    assert VAULT.index("mobile", "+98909") == VAULT.index("mobile", "+98909")
    assert VAULT.index("mobile", "+98909") != VAULT.index("national_id", "+98909")
    assert VAULT.index("mobile", "+98909") != Vault(RING, b"j" * 32).index("mobile", "+98909")
