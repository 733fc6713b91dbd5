"""What a new database needs: agencies, holidays, the rule set; and, for a demo, people."""

from collections.abc import Iterable
from datetime import date

import holidays
from sqlalchemy import text

from app.actions import people, rules
from app.actions.people import Identity
from app.actors import Role
from app.ids import new_id
from app.tools import Tools
from routing.loading import default_files

# code, name, name in an SMS (≤ 22 characters), working days to answer
AGENCIES = (
    ("triage", "میز پایش", "پایش", 2),
    ("bank-melli", "بانک ملی", "بانک ملی", 10),
    ("bank-mellat", "بانک ملت", "بانک ملت", 10),
    ("bank-tejarat", "بانک تجارت", "بانک تجارت", 10),
    ("bank-saderat", "بانک صادرات", "بانک صادرات", 10),
    ("bank-refah", "بانک رفاه کارگران", "بانک رفاه", 10),
    ("relief-committee", "کمیتهٔ امداد امام خمینی", "کمیتهٔ امداد", 10),
    ("welfare", "سازمان بهزیستی", "بهزیستی", 10),
    ("medical-university", "دانشگاه علوم پزشکی", "علوم پزشکی", 7),
    ("martyrs-foundation", "بنیاد شهید و امور ایثارگران", "بنیاد شهید", 10),
    ("entrepreneurship-fund", "صندوق کارآفرینی امید", "صندوق کارآفرینی امید", 15),
    ("labour-welfare", "ادارهٔ کل تعاون، کار و رفاه اجتماعی", "تعاون، کار و رفاه", 10),
)
COUNTIES = ("کرمانشاه", "اسلام‌آباد غرب", "پاوه", "سنقر", "سرپل ذهاب")
YEARS_AHEAD = 2
DEMO_STAFF = ("bank-melli", "relief-committee", "medical-university", "labour-welfare")
DEMO_ROLES = (
    ("operator", "اپراتور نمونه", Role.OPERATOR),
    ("triage", "کارشناس پایش نمونه", Role.TRIAGE),
    ("supervisor", "بازرس نمونه", Role.SUPERVISOR),
    ("admin", "مدیر سامانهٔ نمونه", Role.ADMIN),
    ("auditor", "حسابرس نمونه", Role.AUDITOR),
)

_AGENCY = text("""
insert into agencies (code, province, name, sms_name, deadline_days)
values (:code, :province, :name, :sms_name, :deadline_days) on conflict do nothing
""")
_BRANCH = text("""
insert into branches (id, province, agency_code, name, county)
values (:id, :province, :agency, :name, :county)
""")
_HOLIDAY = text("""
insert into holidays (day, province, name) values (:day, :province, :name) on conflict do nothing
""")


def ensure_reference(tools: Tools, today: date) -> None:
    """Agencies, holidays of this and the next two years, the program's rules. Safe to repeat;
    what administrators have changed stays as they left it."""
    common = {"province": tools.province}
    agencies = [
        dict(zip(("code", "name", "sms_name", "deadline_days"), row, strict=True)) | common
        for row in AGENCIES
    ]
    years = range(today.year, today.year + YEARS_AHEAD + 1)
    days = [
        {"day": day, "name": name} | common
        for day, name in holidays.country_holidays("IR", years=years, language="fa_IR").items()
    ]
    with tools.sessions.begin() as session:
        session.execute(_AGENCY, agencies)
        session.execute(_HOLIDAY, days)
        rules.ensure_shipped(session, tools, default_files())


def seed_demo(tools: Tools, password: str) -> None:
    """Branches and people for every role, all with one password; who is there already stays."""
    with tools.sessions.begin() as session:
        if not session.execute(text("select 1 from branches limit 1")).first():
            session.execute(_BRANCH, list(_branches(tools)))
        known = set(session.scalars(text("select username from users")))
    names = {code: name for code, name, _, _ in AGENCIES}
    demo = {username: Identity(name, role) for username, name, role in DEMO_ROLES}
    demo |= {code: Identity(f"کارشناس {names[code]}", Role.AGENCY, code) for code in DEMO_STAFF}
    for username, identity in demo.items():
        if username not in known:
            people.create_user(tools, username, identity, password)


def _branches(tools: Tools) -> Iterable[dict[str, object]]:
    for code, name, _, _ in AGENCIES[1:]:
        for county in COUNTIES:
            yield {
                "id": new_id(),
                "province": tools.province,
                "agency": code,
                "name": f"{name}، {county}",
                "county": county,
            }


def demo_names() -> list[str]:
    """The user names that `seed_demo` makes."""
    return [username for username, _, _ in DEMO_ROLES] + list(DEMO_STAFF)
