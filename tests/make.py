"""Builders: invented people and letters, and the shortest ways to get them in."""

import base64
import random
import re
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient

from app.actions import intake, people
from app.actions.people import Identity
from app.actors import Actor, Role
from app.codes import national_id_check
from app.doorbell import Doorbell
from app.tools import Tools, from_settings
from config import Settings
from routing.loading import default_rules

KEY = base64.b64encode(bytes(range(32))).decode()
PASSWORD = "nimrooz-e-aban-1405"
OPERATOR = Actor("user:operator", Role.OPERATOR)
TRIAGE = Actor("user:triage", Role.TRIAGE)
SUPERVISOR = Actor("user:supervisor", Role.SUPERVISOR)

LOAN = "با سلام، متقاضی وام ازدواج هستم. در بانک ملی ثبت نام کرده‌ام و نوبتم نمی‌رسد."
MEDICINE = "داروی بیماری خاص پسرم در داروخانه‌ها نایاب است. خواهشمندم پیگیری کنید."
UNCLEAR = "سلام. لطفاً به داد ما برسید. دیگر طاقت نداریم."


def settings(database_url: str, redis_url: str, **changes: Any) -> Settings:
    values = {
        "database_url": database_url,
        "redis_url": redis_url,
        "samaneh_secret_key": "a-secret-for-tests-only",
        "samaneh_data_key": f"1:{KEY}",
        "samaneh_index_key": KEY,
        "samaneh_hook_secret": "a-hook-secret-for-tests",
        "kavenegar_api_key": "dev",
        "kavenegar_base_url": "http://127.0.0.1:9",
    }
    return Settings(**(values | changes))


def tools(settings_: Settings, bell: Doorbell) -> Tools:
    return from_settings(settings_, default_rules, bell)


def staff(agency: str, name: str = "one") -> Actor:
    return Actor(f"user:{agency}-{name}", Role.AGENCY, agency)


def national_id(seed: int | None = None) -> str:
    first = f"{random.Random(seed).randrange(10**8, 10**9)}"
    return first + national_id_check(first)


def mobile(number: int | None = None) -> str:
    return f"0909000{random.randrange(1000, 10000) if number is None else number:04d}"


def payload(**changes: Any) -> dict[str, Any]:
    """A right payload of the API; changes replace top-level names, `citizen` is merged."""
    citizen = {
        "national_id": national_id(),
        "mobile": mobile(),
        "first_name": "مریم",
        "last_name": "کرمانی",
    } | changes.pop("citizen", {})
    return {"channel": "letter", "text": LOAN, "citizen": citizen} | changes


def register(tools_: Tools, key: str | None = None, **changes: Any) -> dict[str, Any]:
    """Register through the action; the body of the answer."""
    request = intake.Request(OPERATOR, key or uuid4().hex, payload(**changes))
    return intake.register(tools_, request).body


def token(tools_: Tools, role: str, agency: str | None = None) -> dict[str, str]:
    """The header of a program with a new token."""
    secret = people.create_token(tools_, Identity("a test", Role(role), agency))
    return {"Authorization": f"Bearer {secret}"}


def user(tools_: Tools, role: str, agency: str | None = None) -> tuple[str, str]:
    username = f"{role}-{uuid4().hex[:8]}"
    people.create_user(tools_, username, Identity("یک همکار", Role(role), agency), PASSWORD)
    return username, PASSWORD


def csrf(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, "no form with a CSRF token on this page"
    return found[1]


def logged_in(client: FlaskClient, tools_: Tools, role: str, agency: str | None = None) -> None:
    """Log a new person of this role in through the page."""
    username, password = user(tools_, role, agency)
    page = client.get("/login").text
    form = {"username": username, "password": password, "csrf_token": csrf(page)}
    assert client.post("/login", data=form).status_code == 302
