"""Invented letters in every state, so that no page is empty: what each placeholder stands for."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from app.actions import answer, asking, batches, inbound, intake, notes, objection, refer, templates
from app.actions.batches import NewBatch
from app.actions.paper import Paper
from app.actors import Actor, Role
from app.codes import proof_code
from app.models.agency import TRIAGE
from app.persian import TEHRAN
from app.tools import Tools
from sms.phone import Phone
from tests import make
from tests.app import database, files

LAST4 = "1234"
MOBILE = make.mobile(int(LAST4))
AGENCY = "bank-melli"
BANK = make.staff(AGENCY)
URGENT = "اگر کسی به دادم نرسد خودم را می‌کشم. دیگر طاقت ندارم."
WORDS = "وام شما تأیید شد و تا پایان هفته به حسابتان می‌رسد."

Scene = dict[str, Any]


def furnish(tools: Tools) -> Scene:
    """Register them, move them, and name one of each kind. `clerk` holds what is held."""
    username, password = make.user(tools, "agency", AGENCY)
    ref = database.one(
        tools, "select 'user:' || id from users where username = :name", name=username
    )
    clerk = Actor(ref, Role.AGENCY, AGENCY)
    scene: Scene = {"clerk": username, "password": password, "last4": LAST4}
    scene["proof"] = lambda check: proof_code(tools.vault, UUID(check), Phone.parse(MOBILE).e164)
    scene |= _with_agency(tools, clerk) | _in_triage(tools) | _said(tools, clerk)
    database.change(
        tools,
        "insert into branches (id, province, agency_code, name, county) values "
        "(gen_random_uuid(), 'kermanshah', :agency, 'بانک ملی، پاوه', 'پاوه')",
        agency=AGENCY,
    )
    templates.create(tools, clerk, "در نوبت", "پروندهٔ شما در نوبت است.")
    _call_back(tools)
    _owe(tools)
    scene |= _on_the_way(tools, clerk) | _on_paper(tools)
    database.force(
        tools,
        "update correspondences set due_at = now() - interval '4 days' where tracking_code = :late",
        late=scene["late"],
    )
    return scene


def register(tools: Tools, **changes: object) -> str:
    code: str = make.register(tools, **changes)["tracking_code"]
    return code


def _with_agency(tools: Tools, clerk: Actor) -> Scene:
    scene = {"new": register(tools), "late": register(tools), "mine": register(tools)}
    refer.claim(tools, clerk, scene["mine"])
    taken = register(tools)
    refer.claim(tools, BANK, taken)
    return scene | {"taken": taken}


def _in_triage(tools: Tools) -> Scene:
    citizen = make.payload()["citizen"]
    scene = {
        "returned": register(tools, citizen=citizen),
        "waiting": register(tools, text=make.UNCLEAR),
    }
    scene["beside"] = register(tools, citizen=citizen, channel="call")
    refer.give_back(tools, BANK, scene["returned"], "پروندهٔ شهروند نزد بانک ملت است")
    scene["unclear"] = register(tools, text=make.UNCLEAR)
    database.force(  # whatever the rules think of it today
        tools,
        """update correspondences set decision = decision || '{"suggestion": "welfare"}'
        where tracking_code = :waiting""",
        waiting=scene["waiting"],
    )
    scene["urgent"] = register(tools, text=URGENT)
    thrice = register(tools)
    for turn in range(3):
        refer.give_back(tools, BANK, thrice, "پروندهٔ شهروند نزد بانک ملت است")
        if turn < 2:
            refer.refer(tools, make.TRIAGE, thrice, AGENCY, "نام بانک در نامه است")
    return scene | {"thrice": thrice}


def _said(tools: Tools, clerk: Actor) -> Scene:
    """One citizen's letters: in hand, answered, objected to, and one that was not answered yet."""
    citizen = make.payload(citizen={"mobile": MOBILE})["citizen"]
    scene = {"national_id": citizen["national_id"]}
    for name in ("open", "answered", "objected"):
        scene[name] = register(tools, citizen=citizen)
    notes.add(tools, make.OPERATOR, scene["open"], notes.Said(uuid4().hex, "باز هم زنگ زد."))
    for name in ("answered", "objected"):
        refer.claim(tools, clerk, scene[name])
        answer.answer(tools, clerk, scene[name], "partly", WORDS)
    key = objection.Key(scene["objected"], LAST4, 15)
    objection.object_to(tools, key, "هنوز هیچ پولی به حساب من نیامده است.")
    assert database.letter(tools, scene["objected"]).owner_code == TRIAGE
    return scene


def _on_the_way(tools: Tools, clerk: Actor) -> Scene:
    """A question that waits for the citizen; an objection by SMS whose words are not known yet."""
    asked = register(tools, citizen={"mobile": MOBILE})
    refer.claim(tools, clerk, asked)
    asking.ask(tools, clerk, asked, asking.Question(uuid4().hex, "شمارهٔ پروندهٔ شما چیست؟"))
    mobile = make.mobile(4321)
    wished = register(tools, citizen={"mobile": mobile})
    refer.claim(tools, clerk, wished)
    answer.answer(tools, clerk, wished, "done", WORDS)
    inbound.receive(tools, inbound.Sms(1, mobile, "۲"), 15)
    return {"asked": asked, "wished": wished}


def _on_paper(tools: Tools) -> Scene:
    """A box, and a letter of it with its scan."""
    new = NewBatch(uuid4().hex, "visit-1", "صندوق مصلی", database.today(tools), 3)
    box = batches.open_box(tools, make.OPERATOR, new)
    paper = Paper(box, (files.file(),))
    wish = intake.Request(make.OPERATOR, uuid4().hex, make.payload(), "form", paper=paper)
    return {"box": box, "scanned": intake.register(tools, wish).body["tracking_code"]}


def _call_back(tools: Tools) -> None:
    """A call over the cap, promised for today as if it had come yesterday."""
    cap = database.one(tools, "select cap from call_days limit 1")
    database.change(tools, "update call_days set cap = used")
    make.register(tools, channel="call", text=make.MEDICINE)
    database.change(
        tools,
        "update callbacks set due_on = :today, state = 'offered'",
        "update call_days set cap = :cap, held = 1, promised = 1",
        today=datetime.now(TEHRAN).date(),
        cap=cap,
    )


def _owe(tools: Tools) -> None:
    """SMS that did not arrive, of every kind that a person settles."""
    for state in ("held", "undelivered", "failed", "blocked", "rejected"):
        code = register(tools, text=make.UNCLEAR)
        database.change(
            tools,
            "update receipts set state = :state, attempts = 3, reason = '411 گیرنده نامعتبر است', "
            "message_id = (random() * 1e9)::bigint where correspondence_id = "
            "(select id from correspondences where tracking_code = :code)",
            state=state,
            code=code,
        )
