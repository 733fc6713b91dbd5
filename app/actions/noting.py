"""A call over the cap is not lost: its words, a promised day, and an SMS that says so."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import codes
from app.actions import capacity, registration
from app.actions.registration import Routed
from app.actions.story import Teller
from app.db import Json
from app.ids import new_id
from app.line import Day
from app.persian import jalali_day
from app.queries import capacity as capacity_query
from app.tools import Tools
from sms import texts

_CALLBACK = text("""
with citizen as (
    insert into citizens (id, province, national_id_index, national_id_sealed, created_at, seen_at)
    values (:citizen_id, :province, :national_id_index, :national_id_sealed, :now, :now)
    on conflict (national_id_index) do update set seen_at = excluded.seen_at
    returning id
)
insert into callbacks (
    id, province, citizen_id, text, county, fields, mobile_sealed, mobile_index,
    first_name_sealed, last_name_sealed, due_on, created_at)
select :id, :province, citizen.id, :text, :county, cast(:fields as jsonb), :mobile_sealed,
       :mobile_index, :first_name_sealed, :last_name_sealed, :due_on, :now
from citizen
""")

_NOTED = text("""
insert into receipts (
    id, province, callback_id, stage, local_id, text, not_before, created_at)
values (:id, :province, :callback_id, 'noted', :local_id, :text, :now, :now)
""")


def note(tools: Tools, session: Session, routed: Routed, today: Day, teller: Teller) -> Json:
    """Put the call on the call-back list, in the caller's transaction; what the caller is told:
    the call-back with its day, and the capacity. Raises NoRoom."""
    person, now = routed.new.person, teller.now
    due_on = capacity.promise(session, today, routed.reference.holidays)
    row_id = new_id()
    row = registration.said(routed.new)
    row |= registration.sealed(tools.vault, "callbacks", row_id, person)
    row |= registration.citizen(tools.vault, person.national_id)
    row |= {"id": row_id, "province": tools.province, "due_on": due_on, "now": now}
    session.execute(_CALLBACK, row)
    session.execute(_NOTED, _receipt(tools, row_id, due_on, now))
    promised = {"callback": str(row_id), "due_on": due_on.isoformat()}
    teller.tell(session, "callback_promised", None, **promised)
    return {
        "callback": {"id": str(row_id), "due_on": due_on.isoformat()},
        "capacity": capacity_query.read(session, today),
    }


def _receipt(tools: Tools, callback: UUID, due_on: date, now: datetime) -> dict[str, object]:
    """The citizen hears at once that the call was taken note of, and when we shall ring."""
    return {
        "id": new_id(),
        "province": tools.province,
        "callback_id": callback,
        "local_id": codes.mint_local_id(),
        "text": texts.noted(jalali_day(due_on)),
        "now": now,
    }
