"""Stored correspondence, read again in the order it came: as routing saw it, and what people
have said of it since. Nothing here is written, and no name or number leaves the vault."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.models.agency import TRIAGE
from app.models.example import REFERRED, RETURNED
from app.persian import TEHRAN
from app.tools import Tools
from app.vault import Place
from routing.facts import Letter

PAGE = 250

_READ_ONLY = text("set transaction read only")

_UNTIL = text("select clock_timestamp()")

_COUNT = text("""
select count(*) from correspondences
where registered_at >= :since and registered_at < :until
  and (not :taught or exists (select from routing_examples x
                              where x.correspondence_id = correspondences.id))
""")

# The agency of the first referral is what was decided at registration: where the decision named
# an agency that was closed then, the triage desk.
_PAGE = text("""
with page as (
    select c.id, c.registered_at, c.tracking_code, c.citizen_id, c.text, c.channel, c.fields,
           c.decision
    from correspondences c
    where c.registered_at >= :since and c.registered_at < :until
      and (c.registered_at, c.id) > (:registered_at, :id)
      and (not :taught or exists (select from routing_examples x where x.correspondence_id = c.id))
    order by c.registered_at, c.id limit :limit
)
select page.*, citizens.national_id_sealed,
       (select r.agency_code from referrals r where r.correspondence_id = page.id
         order by r.opened_at, r.id limit 1) as decided
from page join citizens on citizens.id = page.citizen_id
order by page.registered_at, page.id
""")

_EXAMPLES = text("""
select correspondence_id, kind, agency_code from routing_examples
where correspondence_id = any(:ids) order by at, id
""")

_FIRST = UUID(int=0)
_BEGINNING = datetime(1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Span:
    """The letters registered in a time; `taught`: only those that people have said something of."""

    since: datetime
    until: datetime
    taught: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Past:
    """A stored letter: what routing is asked, what it decided then, what people said since."""

    tracking_code: str
    citizen: UUID
    letter: Letter
    before: str
    suggestion: str | None
    examples: Sequence[tuple[str, str]] = field(default_factory=tuple)

    @property
    def truth(self) -> str | None:
        """Where the newest referral by a person sent it."""
        return next((agency for kind, agency in reversed(self.examples) if kind == REFERRED), None)

    @property
    def wrong(self) -> frozenset[str]:
        """Agencies that returned it last time, and those that an officer chose another over."""
        newest = {agency: kind for kind, agency in self.examples}
        found = {agency for agency, kind in newest.items() if kind == RETURNED}
        if self.truth is not None:
            proposed = {self.before, self.suggestion, *newest} - {self.truth}
            found |= {agency for agency in proposed if agency not in (None, TRIAGE)}
        return frozenset(found)


def span(session: Session, since: date | None) -> Span:
    """From the beginning of a Tehran day, or of all, up to now by the database's clock."""
    until: datetime = session.execute(_UNTIL).scalar_one()
    first = datetime.combine(since, time(), TEHRAN) if since else _BEGINNING
    return Span(first, until)


def count(session: Session, within: Span) -> int:
    found = session.execute(_COUNT, _values(within)).scalar_one()
    return int(found)


def pages(tools: Tools, within: Span) -> Iterator[list[Past]]:
    """The letters in pages, each read in a short transaction of its own that may not write."""
    last: dict[str, Any] = {"registered_at": within.since, "id": _FIRST}
    while True:
        with tools.sessions() as session:
            session.execute(_READ_ONLY)
            rows = session.execute(_PAGE, _values(within) | last | {"limit": PAGE}).all()
            taught = _examples(session, [row.id for row in rows])
        if not rows:
            return
        yield [_past(tools, row, taught.get(row.id, [])) for row in rows]
        last = {"registered_at": rows[-1].registered_at, "id": rows[-1].id}


def _values(within: Span) -> dict[str, Any]:
    return {"since": within.since, "until": within.until, "taught": within.taught}


def _examples(session: Session, ids: list[UUID]) -> dict[UUID, list[tuple[str, str]]]:
    found: dict[UUID, list[tuple[str, str]]] = {}
    for row in session.execute(_EXAMPLES, {"ids": ids}):
        found.setdefault(row.correspondence_id, []).append((row.kind, row.agency_code))
    return found


def _past(tools: Tools, row: Row[Any], examples: list[tuple[str, str]]) -> Past:
    place = Place("citizens", "national_id", row.citizen_id)
    national_id = tools.vault.open(row.national_id_sealed, place)
    letter = Letter(
        row.text,
        row.channel,
        row.fields.get("bank"),
        row.fields.get("covered_by"),
        allot_key=tools.vault.index("allotment", national_id).hex(),
    )
    suggestion = row.decision.get("suggestion")
    return Past(row.tracking_code, row.citizen_id, letter, row.decided, suggestion, examples)
