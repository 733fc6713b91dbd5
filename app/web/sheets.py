"""One correspondence as the pages of all roles show it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from app import access
from app.api.caller import tools
from app.db import Json
from app.models.agency import TRIAGE
from app.models.correspondence import Correspondence
from app.persian import tehran_day
from app.queries import attachments, batches, branches, desk, notes, notices, staff
from app.queries.reference import Office
from app.web import evidence
from app.web.gate import person
from routing.explain import title_of, why_not
from routing.facts import Letter


def read(code: str) -> dict[str, Any]:
    """What a template needs to show it; raises NotFound for what is not this person's to see."""
    with tools().sessions() as session:
        return of(session, code)


def of(session: Session, code: str) -> dict[str, Any]:
    """The same within a session that a page has open."""
    letter = access.find(session, person(), code)
    return {"letter": letter} | _around(session, letter)


def _around(session: Session, letter: Correspondence) -> dict[str, Any]:
    events = desk.history(session, letter)
    rules = tools().rules
    because = letter.decision["because"]
    joined = desk.joined(session, letter)
    return {
        "owner": tools().book.current().owner(letter.owner_code),
        "offices": office_names(),
        "events": events,
        "returned": [event for event in events if event["kind"] == "returned"],
        "names": staff.names(session, _people(letter, events)),
        "notices": notices.of(session, [letter.id, *(one.id for one in joined)]),
        "today": tehran_day(datetime.now(UTC)),
        "branch": branches.name_of(session, letter.branch_id),
        "notes": notes.of_letter(session, letter),
        "joined": joined,
        "files": attachments.shown(session, tools().vault, letter),
        "box": batches.number_of(session, letter.batch_id),
        "pieces": evidence.pieces(letter.text, because, rules),
        "reasons": evidence.reasons(because, rules),
        "rule": title_of(letter.decision["rule"], rules),
        "doubt": _doubt(letter),
    }


def _people(letter: Correspondence, events: list[Json]) -> set[str | None]:
    return {
        letter.claimed_by,
        *(event["actor"] for event in events),
        *(event["data"].get("to") for event in events),
    }


def _doubt(letter: Correspondence) -> str:
    """Why a person decides, where the rules that said so are still in use."""
    rules = tools().rules
    if letter.owner_code != TRIAGE or letter.rules_version != rules.version:
        return ""
    fields = letter.fields or {}
    bank, covered_by = fields.get("bank"), fields.get("covered_by")
    return why_not(Letter(letter.text, letter.channel, bank, covered_by), rules)


def office_names() -> dict[str, str]:
    """Persian names of all active agencies by code, the triage desk too."""
    offices = tools().book.current().offices
    return {code: office.name for code, office in offices.items()}


def destinations() -> list[Office]:
    """Where triage and the supervisor may send a letter. By code, so that each keeps its number:
    fingers learn it."""
    offices = tools().book.current().offices
    return [offices[code] for code in sorted(offices) if code != TRIAGE]
