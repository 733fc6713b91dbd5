"""Who wrote: names and mobile, opened for those who must speak with the citizen."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from app.actors import Actor, Forbidden
from app.models.correspondence import Correspondence
from app.vault import Place, Vault


@dataclass(frozen=True, slots=True, repr=False)
class Contact:
    """A citizen as the one who calls back or answers needs to know them."""

    first_name: str
    last_name: str
    mobile: str


class Sealed(Protocol):
    """A row with the three sealed columns: a correspondence or a call-back."""

    @property
    def id(self) -> UUID: ...
    @property
    def first_name_sealed(self) -> bytes: ...
    @property
    def last_name_sealed(self) -> bytes: ...
    @property
    def mobile_sealed(self) -> bytes: ...


def of_letter(vault: Vault, actor: Actor, letter: Correspondence) -> Contact:
    """For the staff of the agency that owns it, and nobody else. Raises Forbidden."""
    if actor.agency is None or actor.agency != letter.owner_code:
        raise Forbidden("identity")
    return opened(vault, "correspondences", letter)


def opened(vault: Vault, table: str, row: Sealed) -> Contact:
    """The three values of one row. Raises Tampered."""
    return Contact(
        vault.open(row.first_name_sealed, Place(table, "first_name", row.id)),
        vault.open(row.last_name_sealed, Place(table, "last_name", row.id)),
        "0" + vault.open(row.mobile_sealed, Place(table, "mobile", row.id)).removeprefix("+98"),
    )
