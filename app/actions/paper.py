"""What a letter on paper brings besides its words, written in the transaction that registers it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import attaching, batches, registration
from app.actions.attaching import File
from app.actions.registration import Registration
from app.actors import Actor
from app.door import Fault, Invalid, NewCorrespondence
from app.lifecycle import Channel
from app.models.correspondence import Correspondence
from app.tools import Tools


@dataclass(frozen=True, slots=True)
class Paper:
    """The number of the box it came in, its scans."""

    batch: str = ""
    scans: Sequence[File] = ()


def belongs(paper: Paper, new: NewCorrespondence) -> None:
    """Return, or raise Invalid: a call has neither box nor scan."""
    if new.channel is not Channel.LETTER and paper != Paper():
        raise Invalid(Fault("channel", "paper-only"))


def boxed(session: Session, tools: Tools, made: Registration, paper: Paper) -> Registration:
    """The registration with its box, which stays open until it is written. Raises Invalid."""
    if not paper.batch:
        return made
    return registration.in_box(made, batches.of_letter(session, tools.province, paper.batch))


def keep_scans(
    session: Session, tools: Tools, code: str, brought: tuple[Actor, Sequence[File]]
) -> None:
    """Those that are not there yet."""
    if brought[1]:
        letter = select(Correspondence.id).where(Correspondence.tracking_code == code)
        scans = attaching.scans_of(session.scalars(letter).one())
        attaching.keep(tools, session, scans, brought)
