"""Turns at the triage desk: each officer is given another letter, and nobody decides in vain."""

from datetime import timedelta

from sqlalchemy import select

from app.actions.story import clock
from app.actors import Actor, allow
from app.models.correspondence import Correspondence
from app.queries import triage
from app.tools import Tools

TURN = timedelta(minutes=5)


def take(tools: Tools, actor: Actor) -> str | None:
    """The tracking code of the letter to decide next: the first that no colleague was given in the
    last minutes. None when there is none.

    A turn is a courtesy and no change of state: it forbids nothing and has no event. Raises
    Forbidden.
    """
    allow(actor, "refer")
    with tools.sessions.begin() as session:
        now = clock(session)
        free = (
            Correspondence.claimed_by.is_(None)
            | (Correspondence.claimed_by == actor.ref)
            | (Correspondence.claimed_at < now - TURN)
        )
        first = select(Correspondence).where(*triage.waiting(), free).order_by(*triage.PLACE)
        letter = session.scalar(first.limit(1).with_for_update(skip_locked=True))
        if letter is None:
            return None
        letter.claimed_by, letter.claimed_at = actor.ref, now
        return letter.tracking_code
