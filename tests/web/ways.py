"""Every route of the application, one request for each, and how many statements it may cost.

A new route belongs here with its figure; tests/web/test_statements.py fails where one is missing.
The figures hold for one who is logged in and whom no cache knows yet; agencies, holidays and alarms
are read every few seconds by the process and not by a page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from uuid import uuid4

from app.codes import proof_code
from app.persian import jalali_number
from sms.phone import Phone
from tests import make
from tests.app import database, files
from tests.web import world as w
from tests.web.world import World

SEARCHED = "ازدواج"
HOOK = "/hooks/kavenegar/a-hook-secret-for-tests"


@dataclass(frozen=True)
class Ask:
    """A request: where, and what with."""

    path: str
    form: Mapping[str, Any] | None = None
    json: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Way:
    """By whom, at most so many statements, the request (made of what it needs), the status."""

    role: str
    most: int
    ask: Callable[[World], Ask]
    status: int = 200


def at(path: str) -> Callable[[World], Ask]:
    """The page of this path; names in braces are those of the world."""
    return lambda world: Ask(path.format(**vars(world)))


def post(path: str, code: Callable[[World], object], **form: Any) -> Callable[[World], Ask]:
    """A form sent to the path of a thing made for it."""
    return lambda world: Ask(path.format(code(world)), {"key": uuid4().hex} | form)


def api(path: str, code: Callable[[World], object], **body: Any) -> Callable[[World], Ask]:
    return lambda world: Ask(f"/api/v1/correspondences/{code(world)}/{path}", json=body)


def many(path: str, make_one: Callable[[World], str], **form: Any) -> Callable[[World], Ask]:
    """As many codes as there is of everything, a page at most."""
    return lambda world: Ask(
        path, {"code": [make_one(world) for _ in range(min(world.size, 25))]} | form
    )


def filled(**changes: Any) -> dict[str, Any]:
    whole = make.payload(channel="letter")
    return {
        "channel": "letter", "text": whole["text"], **whole["citizen"], "key": uuid4().hex,
    } | changes  # fmt: skip


def image() -> tuple[BytesIO, str]:
    return BytesIO(files.picture()), "a.png"


def own(path: str, code: Callable[[World], str], **more: Any) -> Callable[[World], Ask]:
    return lambda world: Ask(path, {"code": code(world), "last4": w.LAST4} | more)


def reply(world: World) -> Ask:
    code, question = world.asked()
    form = {"code": code, "last4": w.LAST4, "question": question, "reply": "۱۲۳۴"}
    return Ask("/track/reply", form)


def reply_by_phone(world: World) -> Ask:
    code, question = world.asked()
    return Ask(f"/operator/letters/{code}/reply", {"question": question, "reply": "۱۲۳۴"})


def proved(world: World) -> Ask:
    """A letter with the code that came by SMS to a mobile of its own."""
    mobile, check = make.mobile(), uuid4()
    stranger = world.person("")
    form = {**stranger.form, "mobile": mobile, "next": str(check)}
    stranger.client.post("/letter", data=form, environ_base={"REMOTE_ADDR": address()})
    code = proof_code(world.tools.vault, check, Phone.parse(mobile).e164)
    return Ask("/letter/send", filled(check=str(check), code=code))


def download(world: World) -> Ask:
    return Ask(f"/files/{world.rich}/{world.scan()}")


def answer_file(world: World) -> Ask:
    code, file = world.answered_with_file()
    return Ask("/track/file", {"code": code, "last4": w.LAST4, "file": file})


def colleague(world: World) -> str:
    return str(world.one("select 'user:' || id from users where username = 'clerk-000'"))


def new_box(world: World) -> Ask:
    today = jalali_number(database.today(world.tools))
    form = {"number": f"n-{uuid4().hex[:8]}", "box": "صندوق", "received": today, "envelopes": "3"}
    return Ask("/operator/boxes", form | {"key": uuid4().hex})


def template(world: World) -> object:
    return world.one("select max(id::text) from answer_templates where retired_at is null")


def message(world: World) -> str:
    code = world.waiting()
    database.change(
        world.tools,
        "update receipts set state = 'accepted', message_id = (random() * 1e9)::bigint, "
        "accepted_at = now() where stage = 'registered' and correspondence_id = "
        "(select id from correspondences where tracking_code = :code)",
        code=code,
    )
    return str(database.receipts(world.tools, code)["registered"].message_id)


def inbound(world: World) -> Ask:
    mobile, number = make.mobile(), uuid4().int >> 80
    words = f"1 {world.answered(mobile=mobile)}"
    return Ask(f"{HOOK}/inbound", {"messageid": number, "from": mobile, "message": words})


def delivery(world: World) -> Ask:
    return Ask(f"{HOOK}/delivery", {"messageid": message(world)})


def login(world: World) -> Ask:
    username, password = make.user(world.tools, "operator")
    return Ask("/login", {"username": username, "password": password})


def as_api(ask: Callable[[World], Ask]) -> Callable[[World], Ask]:
    def asked(world: World) -> Ask:
        plain = ask(world)
        return Ask(f"/api/v1{plain.path}", plain.form)

    return asked


def by_query(ask: Callable[[World], Ask]) -> Callable[[World], Ask]:
    """The same with its fields in the address."""

    def asked(world: World) -> Ask:
        plain = ask(world)
        query = "&".join(f"{name}={value}" for name, value in (plain.form or {}).items())
        return Ask(f"{plain.path}?{query}")

    return asked


def address() -> str:
    """A network of one's own: tries are counted by it."""
    return f"2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}::1"
