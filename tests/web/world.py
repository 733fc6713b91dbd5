"""A place with as much of everything as is asked for, so that a page of much can be compared with
a page of little: letters in every state, and one letter that has all there can be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient

from app.actions import (
    answer,
    asking,
    attaching,
    batches,
    inbound,
    intake,
    merging,
    notes,
    objection,
    refer,
    templates,
)
from app.actions.paper import Paper
from app.actors import Actor, Role
from app.tools import Tools
from tests import make
from tests.app import database, files

AGENCY = "bank-melli"
LAST4 = "1234"
MOBILE = make.mobile(int(LAST4))
WORDS = "وام شما تأیید شد و تا پایان هفته به حسابتان می‌رسد."
WRONG = "پروندهٔ شهروند نزد بانک ملت است"
RIGHT = "نام بانک در نامه است"
LATE = "هنوز هیچ پولی به حساب من نیامده است."
OBJECTION_DAYS = 15


@dataclass
class Someone:
    """A person at a browser, or a program with a token."""

    client: FlaskClient
    actor: Actor
    form: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


class World:
    """`size` of everything; `grow` adds."""

    def __init__(self, app: Flask, tools: Tools) -> None:
        self.app, self.tools, self.size = app, tools, 0
        self._people: dict[str, Someone] = {}
        database.change(
            tools,
            "insert into branches (id, province, agency_code, name, county) values "
            "(gen_random_uuid(), 'kermanshah', :agency, 'بانک ملی، پاوه', 'پاوه')",
            agency=AGENCY,
        )

    def person(self, role: str) -> Someone:
        """The one of this role; `token:…` for a program, `` for a stranger."""
        if role not in self._people:
            self._people[role] = self._someone(role)
        return self._people[role]

    def _someone(self, role: str) -> Someone:
        client, bare = self.app.test_client(), role.removeprefix("token:").removeprefix("leaving ")
        agency = AGENCY if bare in ("agency", "manager") else None
        if role.startswith("token:"):
            actor = Actor("token:none", Role(bare), agency)
            return Someone(client, actor, headers=make.token(self.tools, bare, agency))
        form = {"csrf_token": make.csrf(client.get("/login").text)}
        if role in ("", "coming"):
            return Someone(client, Actor("nobody", None), form)
        name, password = make.user(self.tools, bare, agency)
        client.post("/login", data=form | {"username": name, "password": password})
        number = database.one(self.tools, "select id from users where username = :n", n=name)
        return Someone(client, Actor(f"user:{number}", Role(bare), agency), form)

    @cached_property
    def clerk(self) -> Actor:
        return self.person("agency").actor

    def grow(self, size: int) -> None:
        """Until there are so many of everything."""
        citizen = make.payload(citizen={"mobile": MOBILE})["citizen"]
        for number in range(self.size, size):
            self._one_more(number)
        self.size = size
        self.citizen = citizen
        for _ in range(size):
            self.new(citizen=citizen)
        self.unclear = self._rich(size, {"text": make.UNCLEAR})
        self.thrice = self._rich(size, {"text": make.UNCLEAR})
        self.rich = self._rich(size, {})
        self._of_supervisor(self.thrice)
        self._full_box(size)

    def _one_more(self, number: int) -> None:
        """Of each that lists show."""
        makers = (self.new, self.mine, self.answered, self.wished, self.objected)
        for make_one in (*makers, self.callback, self.owed, self.box):
            make_one()
        self._of_supervisor(self.waiting())
        database.change(
            self.tools,
            "insert into users (id, province, username, display_name, password_hash, role, "
            "agency_code, created_at, failed_logins) values (gen_random_uuid(), 'kermanshah', "
            ":name, :name, '-', 'agency', :agency, now(), 0)",
            name=f"clerk-{number:03d}",
            agency=AGENCY,
        )
        if number < 15:
            templates.create(self.tools, self.clerk, f"در نوبت {number}", "پرونده در نوبت است.")

    def new(self, **changes: Any) -> str:
        code: str = make.register(self.tools, **changes)["tracking_code"]
        return code

    def mine(self, **changes: Any) -> str:
        code = self.new(**changes)
        refer.claim(self.tools, self.clerk, code)
        return code

    def answered(self, **changes: Any) -> str:
        code = self.mine(citizen={"mobile": MOBILE} | changes)
        answer.answer(self.tools, self.clerk, code, "partly", WORDS)
        return code

    def objected(self) -> str:
        code = self.answered()
        objection.object_to(self.tools, objection.Key(code, LAST4, OBJECTION_DAYS), LATE)
        return code

    def wished(self) -> str:
        """Answered, and the citizen says by SMS that they object."""
        mobile = make.mobile()
        code = self.mine(citizen={"mobile": mobile})
        answer.answer(self.tools, self.clerk, code, "done", WORDS)
        sms = inbound.Sms(uuid4().int >> 66, mobile, f"2 {code}")
        inbound.receive(self.tools, sms, OBJECTION_DAYS)
        return code

    def waiting(self, **changes: Any) -> str:
        return self.new(text=make.UNCLEAR, **changes)

    def asked(self) -> tuple[str, str]:
        """A letter with a question, and the question."""
        code = self.mine(citizen={"mobile": MOBILE})
        question = asking.Question(uuid4().hex, "شمارهٔ پروندهٔ شما چیست؟")
        asking.ask(self.tools, self.clerk, code, question)
        return code, str(self.one("select max(id::text) from notices where correspondence_id = "
                                  "(select id from correspondences where tracking_code = :c)",
                                  c=code))  # fmt: skip

    def _of_supervisor(self, code: str) -> None:
        """As if it had been returned three times."""
        database.force(
            self.tools,
            "update correspondences set returns = 3 where tracking_code = :code",
            code=code,
        )

    def callback(self) -> UUID:
        """A call over the cap, promised for today as if it had come yesterday."""
        make.register(self.tools, channel="call")
        today = "where day = (now() at time zone 'Asia/Tehran')::date"
        database.force(self.tools, f"update call_days set cap = used, held = 0 {today}")
        body = make.register(self.tools, channel="call", text=make.MEDICINE)
        database.force(
            self.tools,
            "update callbacks set due_on = (now() at time zone 'Asia/Tehran')::date, "
            "state = 'offered' where state = 'waiting'",
            "update call_days set cap = 1000, held = (select count(*) from callbacks "
            f"where state = 'offered'), promised = (select count(*) from callbacks) {today}",
        )
        return UUID(body["callback"]["id"])

    def owed(self) -> UUID:
        """A receipt that a person settles."""
        code = self.waiting()
        database.change(
            self.tools,
            "update receipts set state = 'failed', attempts = 3, message_id = "
            "(random() * 1e9)::bigint where correspondence_id = "
            "(select id from correspondences where tracking_code = :code)",
            code=code,
        )
        return UUID(str(database.receipts(self.tools, code)["registered"].id))

    def box(self, envelopes: int = 3) -> str:
        number = f"b-{uuid4().hex[:8]}"
        today = database.today(self.tools)
        new = batches.NewBatch(uuid4().hex, number, "صندوق مصلی", today, envelopes)
        return batches.open_box(self.tools, make.OPERATOR, new)

    def _full_box(self, letters: int) -> None:
        self.full = self.box(letters)
        for _ in range(letters):
            paper = Paper(self.full, (files.file(),))
            wish = intake.Request(make.OPERATOR, uuid4().hex, make.payload(), "form", paper=paper)
            intake.register(self.tools, wish)

    def _rich(self, size: int, changes: Mapping[str, Any]) -> str:
        """A letter with as many notes, scans and letters that were merged into it one by one."""
        citizen = make.payload(citizen={"mobile": MOBILE})["citizen"]
        self.writer = citizen["national_id"]
        code = self.new(citizen=citizen, **changes)
        chain = [self.waiting(citizen=citizen) for _ in range(size)] + [code]
        self.first = chain[0]
        for one, into in pairwise(chain):
            merging.merge(self.tools, make.TRIAGE, one, into)
        for _ in range(size):
            notes.add(self.tools, make.OPERATOR, code, notes.Said(uuid4().hex, "باز زنگ زد."))
        scans = [files.file() for _ in range(min(size, 15))]
        attaching.attach_scans(self.tools, make.OPERATOR, code, scans)
        return code

    def one(self, sql: str, **values: Any) -> Any:
        return database.one(self.tools, sql, **values)

    def scan(self) -> str:
        """A scan of the rich letter."""
        return str(
            self.one(
                "select max(a.id::text) from attachments a join correspondences c "
                "on c.id = a.correspondence_id where c.tracking_code = :code",
                code=self.rich,
            )
        )

    def answered_with_file(self) -> tuple[str, str]:
        code = self.mine(citizen={"mobile": MOBILE})
        attaching.attach_to_answer(self.tools, self.clerk, code, [files.file()])
        answer.answer(self.tools, self.clerk, code, "partly", WORDS)
        number = self.one("select id from attachments order by at desc, id desc limit 1")
        return code, str(number)

    def token_claimed(self) -> str:
        """A letter that the agency's program has claimed."""
        code, program = self.new(), self.person("token:agency")
        path = f"/api/v1/correspondences/{code}/claim"
        assert program.client.post(path, headers=program.headers).status_code == 200
        return code
