"""A province by chance: every move that people and programs make, on letters picked by chance."""

import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import uuid4

from app.access import NotFound
from app.actions import (
    answer,
    asking,
    callbacks,
    folding,
    intake,
    merging,
    objection,
    outbox,
    pausing,
    refer,
)
from app.actions.refer import FinallyReferred, Taken
from app.actors import Forbidden
from app.door import Invalid
from app.lifecycle import IllegalMove
from app.tools import Tools
from sms.gateway import Ambiguous, Refused
from tests import make
from tests.app import database
from tests.app.fakes import FakeGateway

WORDS = "هنوز هیچ پولی به حساب من نیامده است."
NOT_NOW = (
    Forbidden, IllegalMove, NotFound, Invalid, Taken, FinallyReferred, objection.NotOpen,
    callbacks.NotWaiting,
)  # fmt: skip


class Province:
    """Everybody at once: picks a move by chance and a letter by chance."""

    def __init__(self, tools: Tools, seed: int) -> None:
        self.tools, self.chance = tools, random.Random(seed)
        self.citizen = {"national_id": make.national_id(7), "mobile": make.mobile(2211)}
        self.moves: tuple[Callable[[], Any], ...] = (
            self.write, self.write, self.claim, self.claim, self.answer, self.answer, self.refer,
            self.refer, self.give_back, self.object, self.merge, self.ask, self.pause, self.send,
            self.close, self.offer, self.ring, self.fold,
        )  # fmt: skip

    def move(self) -> None:
        with suppress(*NOT_NOW):
            self.chance.choice(self.moves)()

    def code(self, status: str = "%") -> str:
        found = database.rows(
            self.tools,
            "select tracking_code from correspondences where status like :status order by id",
            status=status,
        )
        return str(self.chance.choice(found).tracking_code) if found else "10000000000000"

    def staff(self, code: str) -> Any:
        found = database.rows(
            self.tools,
            "select owner_code from correspondences where tracking_code = :code "
            "and owner_code <> 'triage'",
            code=code,
        )
        return make.staff(found[0].owner_code if found else "welfare")

    def write(self) -> None:
        words = self.chance.choice((make.LOAN, make.UNCLEAR, make.MEDICINE))
        channel = self.chance.choice(("letter", "electronic", "call", "call"))
        payload = make.payload(text=words, channel=channel, citizen=self.citizen)
        intake.register(self.tools, intake.Request(make.OPERATOR, uuid4().hex, payload))

    def claim(self) -> None:
        code = self.code("referred")
        refer.claim(self.tools, self.staff(code), code)

    def answer(self) -> None:
        code = self.code("in_progress")
        answer.answer(self.tools, self.staff(code), code, "done", "پرداخت شد.")

    def refer(self) -> None:
        agency = self.chance.choice(("bank-melli", "welfare", "bank-mellat"))
        who = self.chance.choice((make.TRIAGE, make.SUPERVISOR))
        refer.refer(self.tools, who, self.code("triage"), agency, "وام")

    def give_back(self) -> None:
        code = self.code("referred")
        refer.give_back(self.tools, self.staff(code), code, "مشتری ما نیست")

    def object(self) -> None:
        code = self.code("answered")
        objection.object_by_phone(self.tools, make.OPERATOR, code, WORDS, 15)

    def merge(self) -> None:
        merging.merge(self.tools, make.TRIAGE, self.code("triage"), self.code())

    def ask(self) -> None:
        code = self.code("in_progress")
        question = asking.Question(uuid4().hex, "شمارهٔ پرونده چیست؟")
        asking.ask(self.tools, self.staff(code), code, question)

    def pause(self) -> None:
        code = self.code("in_progress")
        wish = pausing.Pause(uuid4().hex, "document", "2", "رونوشت سند لازم است.")
        pausing.pause(self.tools, self.staff(code), code, wish)

    def send(self) -> None:
        bad = self.chance.choice((Refused(411, "bad receptor"), Ambiguous("no answer in time")))
        outbox.drain(self.tools, FakeGateway(bad), 2, 0.3)

    def close(self) -> None:
        old = "update correspondences set answered_at = now() - interval '40 days' "
        database.change(self.tools, old + "where tracking_code = :code and status = 'answered'",
                        code=self.code("answered"))  # fmt: skip
        answer.close_answered(self.tools, 15)

    def offer(self) -> None:
        database.change(self.tools, "update callbacks set due_on = current_date")
        callbacks.offer(self.tools)

    def ring(self) -> None:
        found = database.rows(self.tools, "select id from callbacks where state = 'offered'")
        if found and self.chance.random() < 0.5:
            callbacks.not_reached(self.tools, make.OPERATOR, found[0].id)

    def fold(self) -> None:
        folding.fold(self.tools)
