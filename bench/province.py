"""A small invented province for pictures: three weeks of letters in every state, lived through
with the real actions; between two acts the days pass."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from app.actions import answer, batches, intake, notes, objection, people, refer, templates
from app.actions.batches import NewBatch
from app.actions.paper import Paper
from app.actions.people import Identity
from app.actors import Actor, Role
from app.codes import national_id_check
from app.persian import TEHRAN
from app.tools import Tools
from bench.people import citizen

MELLI, RELIEF = "bank-melli", "relief-committee"
OBJECTION_DAYS = 15
LOANS = (
    "وام ازدواجم را در بانک ملی ثبت نام کرده‌ام و هشت ماه است نوبتم نمی‌رسد. عروسی‌مان عقب افتاده.",
    "برای وام فرزند سوم به بانک ملی رفتم. ضامن کارمند می‌خواهند و من ضامن کارمند ندارم.",
    "سلام. کارت بانک ملی‌ام را عابربانک خورده و یک ماه است پس نمی‌دهند. حقوقم در همین حساب است.",
    "کشاورزم. سررسید وام بانک ملی رسیده و سیل محصولم را برد. تقاضای تقسیط دوباره دارم.",
    "وام ودیعهٔ مسکن در بانک ملی تصویب شده ولی شعبه می‌گوید اعتبار نداریم. مهلت خانه‌ام تمام است.",
    "حساب بانک ملی پدر مرحومم مسدود است و گواهی انحصار وراثت را هم داده‌ایم. کسی پاسخ نمی‌دهد.",
    "وام تعمیر خانه‌ام در بانک ملی تصویب شده است ولی پرونده‌ام را سه بار گم کرده‌اند. رسیدگی کنید.",
    "بازنشسته‌ام. بانک ملی هر ماه قسطی را که تمام شده است دوباره از حقوقم برمی‌دارد.",
)
CARE = (
    "بنده مددجوی کمیتهٔ امداد هستم. مستمری ماه گذشته واریز نشده است. تقاضای رسیدگی دارم.",
    "خانم سالمند و بی‌سرپرست است و درآمدی ندارد. درخواست بستهٔ معیشتی از کمیتهٔ امداد دارد.",
)
OTHERS = (
    "داروی دیالیز در داروخانه‌های شهر نیست. خواهان تأمین دارو است.",
    "یارانهٔ خانوار پنج نفره از سه ماه پیش قطع شده است و دلیلش را نمی‌گویند.",
    "اینجانب جانباز ۲۵ درصد هستم و درخواست وام مسکن ایثارگران دارم.",
    "دخترم معلولیت شدید دارد و ویلچرش شکسته است. از بهزیستی درخواست ویلچر برقی دارم.",
)
UNSURE = (
    "سرپرست خانوارم و دو فرزند معلول دارم. اجارهٔ خانه عقب افتاده است و کسی کمک نمی‌کند.",
    "آب روستای ما هفته‌هاست قطع است. چرا کسی رسیدگی نمی‌کند؟",
    "هم وام می‌خواهم هم برای معلولیت پسرم کمک. هر دو به یک اندازه مهم است.",
    "سلام. خیلی گرفتارم. یک نفر به داد من برسد.",
)
DESPAIR = "از بس دنبال وام دویدم خسته‌ام. اگر کسی به دادم نرسد خودم را می‌کشم."
YEAR_LONG = "وام ازدواجم را در بانک ملی ثبت نام کرده‌ام و هشت ماه است نوبت نمی‌دهند. چه شد؟"
PROMISE = "پروندهٔ شما بررسی شد. وام در نوبت پرداخت است و تا پایان ماه به حسابتان واریز می‌شود."
STILL = "یک ماه گذشت و هیچ پولی نیامد. شعبه می‌گوید از چنین دستوری خبر ندارد."
ELSEWHERE = "شهروند در بانک ملت پرونده دارد، نه در این بانک."
CHANNELS = ("letter", "call", "electronic")

_SHIFTS = {
    "correspondences": """registered_at = registered_at - :span, due_at = due_at - :span,
        received_at = received_at - :span, claimed_at = claimed_at - :span,
        answered_at = answered_at - :span, objected_at = objected_at - :span,
        call_day = call_day - :days""",
    "events": "at = at - :span",
    "referrals": """opened_at = opened_at - :span, due_at = due_at - :span,
        ended_at = ended_at - :span""",
    "notes": "at = at - :span",
    "callbacks": "due_on = due_on - :days, created_at = created_at - :span",
}


@dataclass
class Province:
    """Who works here, and the letters that pictures show, by what they are."""

    tools: Tools
    staff: dict[str, Actor]
    shown: dict[str, str] = field(default_factory=dict)
    written: int = 0

    def write(self, words: str, writer: int | None = None, batch: str = "", **more: Any) -> str:
        """Register it; the tracking code. Whoever is not named writes once."""
        self.written += 1
        payload = {
            "channel": CHANNELS[self.written % 3],
            "text": words,
            "citizen": citizen(writer if writer is not None else self.written),
        } | more
        paper = Paper(batch)
        request = intake.Request(self.staff["operator"], uuid4().hex, payload, "form", paper=paper)
        return str(intake.register(self.tools, request).body.get("tracking_code", ""))

    def days_pass(self, days: int) -> None:
        """All that happened so far happened so many days earlier, whatever the guards say."""
        with self.tools.sessions.begin() as session:
            for table, shift in _SHIFTS.items():
                session.execute(text(f"alter table {table} disable trigger user"))
                moved = shift.replace(":span", "make_interval(days => :days)")
                session.execute(text(f"update {table} set {moved}"), {"days": days})  # noqa: S608
                session.execute(text(f"alter table {table} enable trigger user"))
            session.execute(text("delete from call_days"))

    def suggest(self, code: str, agency: str) -> None:
        """What triage is offered for it, whatever the rules think of it today."""
        with self.tools.sessions.begin() as session:
            session.execute(text("alter table correspondences disable trigger user"))
            offered = "jsonb_build_object('suggestion', cast(:agency as text))"
            session.execute(
                text(
                    f"update correspondences set decision = decision || {offered} "  # noqa: S608
                    "where tracking_code = :code"
                ),
                {"code": code, "agency": agency},
            )
            session.execute(text("alter table correspondences enable trigger user"))

    def change(self, statement: str, **values: Any) -> None:
        with self.tools.sessions.begin() as session:
            session.execute(text(statement), values)


def settle(tools: Tools) -> Province:
    """Let three weeks pass; the province as it is on a Wednesday at four."""
    province = Province(tools, _staff(tools))
    _three_weeks_ago(province)
    province.days_pass(10)
    _last_week(province)
    province.days_pass(6)
    _this_week(province)
    province.days_pass(2)
    _today(province)
    return province


def _staff(tools: Tools) -> dict[str, Actor]:
    for username, name in (("sara", "سارا پندار"), ("arash", "آرش انگاره")):
        someone = Identity(name, Role.AGENCY, MELLI)
        people.create_user(tools, username, someone, f"{username}-{uuid4().hex}")
    with tools.sessions() as session:
        rows = session.execute(text("select username, id, role, agency_code from users")).all()
    return {name: Actor(f"user:{id_}", Role(role), agency) for name, id_, role, agency in rows}


def _three_weeks_ago(province: Province) -> None:
    """What is late by now; one that was answered, and not well."""
    clerk = province.staff[MELLI]
    for words in LOANS[3:6]:
        province.shown["late"] = province.write(words)
    province.write(CARE[0])
    for key, words in (("objected", LOANS[6]), ("answered", LOANS[0])):
        province.shown[key] = province.write(words, writer=1)
        refer.claim(province.tools, clerk, province.shown[key])
    province.shown["thrice"] = province.write(LOANS[7])
    templates.create(province.tools, clerk, "در نوبت پرداخت", PROMISE)
    templates.create(province.tools, clerk, "ضامن", "با معرفی یک ضامن دیگر پرونده به جریان می‌افتد.")


def _last_week(province: Province) -> None:
    tools, staff = province.tools, province.staff
    for key in ("objected", "answered"):
        answer.answer(tools, staff[MELLI], province.shown[key], "partly", PROMISE)
    for turn in range(3):
        refer.give_back(tools, staff[MELLI], province.shown["thrice"], ELSEWHERE)
        if turn < 2:
            code = province.shown["thrice"]
            refer.refer(tools, staff["triage"], code, MELLI, "نام بانک در نامه است")
    for words in (*LOANS[:3], *CARE, *OTHERS):
        province.write(words)
    taken = province.write(LOANS[4])
    refer.claim(tools, staff["sara"], taken)


def _this_week(province: Province) -> None:
    tools, staff = province.tools, province.staff
    key = objection.Key(province.shown["objected"], citizen(1)["mobile"][-4:], OBJECTION_DAYS)
    objection.object_to(tools, key, STILL)
    for words in (*LOANS[5:8], *OTHERS, *UNSURE[1:]):
        province.write(words)
    province.shown["mine"] = province.write(LOANS[1], writer=7)
    refer.claim(tools, staff[MELLI], province.shown["mine"])
    refer.claim(tools, staff["arash"], province.write(LOANS[2]))
    province.shown["returned"] = province.write(LOANS[0], writer=9, county="پاوه")
    refer.give_back(tools, staff[MELLI], province.shown["returned"], ELSEWHERE)
    province.shown["beside"] = province.write(YEAR_LONG, writer=9)


def _today(province: Province) -> None:
    said = notes.Said(uuid4().hex, "دوباره زنگ زد؛ می‌گوید صاحبخانه تا شنبه مهلت داده است.")
    notes.add(province.tools, province.staff["operator"], province.shown["mine"], said)
    for words in (*UNSURE, *LOANS[:4], *OTHERS[:2]):
        province.write(words)
    province.shown["unsure"] = province.write(UNSURE[2])
    province.suggest(province.shown["unsure"], "welfare")
    province.shown["urgent"] = province.write(DESPAIR)
    _boxes(province)
    province.shown["open"] = province.write(LOANS[4], writer=11, channel="call")
    for refused in (411, 6, 11, 13, 14):
        province.write(OTHERS[0], citizen=citizen(50 + refused) | _magic(refused))
    _full_line(province)


def _boxes(province: Province) -> None:
    """Paper of a visit: a box that is done and one that is not."""
    operator = province.staff["operator"]
    for number, envelopes in (("71-1", 2), ("71-2", 40)):
        new = NewBatch(uuid4().hex, number, "صندوق مصلی", _day(), envelopes)
        box = batches.open_box(province.tools, operator, new)
        for words in LOANS[:2]:
            province.write(words, batch=box, channel="letter")
        province.shown["box"] = box


def _magic(number: int) -> dict[str, str]:
    """A mobile that the local gateway refuses."""
    first = f"{100_000_000 + number}"
    return {"mobile": f"0909000{number:04d}", "national_id": first + national_id_check(first)}


def _full_line(province: Province) -> None:
    """Calls of yesterday that found the line full are promised for today."""
    province.change("update call_days set cap = used where day = :today", today=_day())
    for words in (CARE[1], LOANS[3], OTHERS[1]):
        province.write(words, channel="call")
    province.change("update callbacks set due_on = :today, state = 'offered'", today=_day())
    province.change(
        "update callbacks set attempts = 2 where id = "
        "(select id from callbacks order by created_at limit 1)"
    )
    province.change(
        "update call_days set cap = 1000, used = 412, held = 3, promised = 3 where day = :today",
        today=_day(),
    )


def _day() -> Any:
    return datetime.now(TEHRAN).date()
