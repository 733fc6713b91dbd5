"""An agency's desk with 100,000 open letters: `python -m bench.desk [LETTERS] [TIMES]` → for each
kind of page p50 and p95 in milliseconds, over HTTP, from one browser.

The letters are written into the database of a fresh system by SQL: they have owners and deadlines,
but no receipts.
"""

import json
import re
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import psycopg
import requests

from app.commands.data_dir import DEMO_PASSWORD
from bench.people import citizen
from bench.system import System, fresh

AGENCY = "bank-melli"
PASSWORD = "bench-of-the-desk"  # noqa: S105 - of a system that lives for a minute
LOAN = "با سلام، متقاضی وام ازدواج هستم و نوبتم در بانک ملی نمی‌رسد. لطفاً پیگیری کنید. "
PARTS = ("waiting", "new", "mine", "soon", "late", "returned", "answered")
SEARCHES = {"a common word": "ازدواج", "a rare word": "ذوالفقار", "no such word": "شترگاوپلنگ"}

_LETTERS = """
insert into correspondences (
    id, province, tracking_code, citizen_id, channel, source, text, county, fields, mobile_sealed,
    mobile_index, first_name_sealed, last_name_sealed, status, owner_code, due_at, urgent, returns,
    decision, rules_version, registered_at, received_at, claimed_by, claimed_at, version)
select gen_random_uuid(), m.province, (10000000000000 + n)::text, m.citizen_id, 'letter', 'api',
    repeat(m.text, 1 + n %% 9) || n || case when n %% 9973 = 0 then ' ذوالفقار' else '' end,
    m.county, m.fields, m.mobile_sealed, sha256(n::text::bytea),
    m.first_name_sealed, m.last_name_sealed,
    case when n %% 10 = 0 then 'in_progress' else 'referred' end, m.owner_code,
    now() + make_interval(mins => ((n * 7919::bigint) %% 57600 - 28800)::int), false,
    (n %% 50 = 7)::int,
    m.decision, m.rules_version, now() - make_interval(mins => n %% 40000), now(),
    case when n %% 10 = 0 then %(who)s end, case when n %% 10 = 0 then now() end, 1
from correspondences m, generate_series(1, %(letters)s) as n where m.tracking_code = %(model)s
"""
_REFERRALS = """
insert into referrals (id, province, correspondence_id, agency_code, decided_by, reason, opened_at,
    due_at, ended_at, end_reason)
select gen_random_uuid(), c.province, c.id, c.owner_code, 'system', 'bench', c.registered_at,
    c.due_at, past.at, case when past.at is not null then 'returned' end
from correspondences c, lateral (select null::timestamptz as at
    union all select now() where c.returns > 0) as past
where c.tracking_code < '10000001000000'
"""


def main() -> None:
    letters = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    times = int(sys.argv[2]) if len(sys.argv) > 2 else 40
    with fresh(**{DEMO_PASSWORD: PASSWORD}) as system:
        someone = citizen(1)
        model = _register(system, someone)
        _fill(system, model, letters)
        browser = _log_in(system)
        for what, visit in _visits(system, browser, model, someone).items():
            print(json.dumps({"letters": letters, "page": what, **_timed(visit, times)}))


def _register(system: System, someone: dict[str, Any]) -> str:
    headers = {
        "Authorization": f"Bearer {system.token('operator')}",
        "Idempotency-Key": "bench-desk",
    }
    body = {"channel": "letter", "text": LOAN, "citizen": someone}
    url = f"{system.web}/api/v1/correspondences"
    answer = requests.post(url, json=body, headers=headers, timeout=10).json()
    return str(answer["tracking_code"])


def _fill(system: System, model: str, letters: int) -> None:
    url = json.loads((system.data_dir / "running.json").read_text())["database_url"]
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for table in ("correspondences", "referrals"):
            connection.execute(f"alter table {table} disable trigger user")
        who = connection.execute(
            "select 'user:' || id from users where username = %s", [AGENCY]
        ).fetchone()
        assert who is not None
        values = {"letters": letters, "model": model, "who": who[0]}
        connection.execute(_LETTERS, values)
        connection.execute(_REFERRALS)
        connection.execute("vacuum analyze")


def _log_in(system: System) -> requests.Session:
    browser = requests.Session()
    browser.headers["Origin"] = system.web
    token = _csrf(browser, system, "/login")
    form = {"username": AGENCY, "password": PASSWORD, "csrf_token": token}
    browser.post(f"{system.web}/login", data=form, timeout=10).raise_for_status()
    return browser


def _csrf(browser: requests.Session, system: System, path: str) -> str:
    page = browser.get(system.web + path, timeout=10).text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def _visits(
    system: System, browser: requests.Session, model: str, someone: dict[str, Any]
) -> dict[str, Callable[[], requests.Response]]:
    """What each page is called → how it is opened."""

    def see(path: str) -> Callable[[], requests.Response]:
        return lambda: browser.get(system.web + path, timeout=30)

    token = _csrf(browser, system, "/desk")

    def seek(words: str) -> Callable[[], requests.Response]:
        form = {"q": words, "csrf_token": token}
        return lambda: browser.post(f"{system.web}/desk/search", data=form, timeout=30)

    visits = {f"queue: {part}": see(f"/desk?show={part}") for part in PARTS}
    cursor = ""
    for _ in range(40):
        page = browser.get(f"{system.web}/desk?cursor={cursor}", timeout=10).text
        cursor = page.partition("cursor=")[2].partition('"')[0]
    visits["queue: the 41st page"] = see(f"/desk?cursor={cursor}")
    numbers = {"code": model, "national ID": someone["national_id"], "mobile": someone["mobile"]}
    visits |= {f"search: {name}": seek(words) for name, words in (numbers | SEARCHES).items()}
    visits["a letter"] = see(f"/desk/{model}")
    return visits


def _timed(visit: Callable[[], requests.Response], times: int) -> dict[str, float]:
    taken = []
    for _ in range(times):
        began = time.monotonic()
        visit().raise_for_status()
        taken.append((time.monotonic() - began) * 1000)
    p95 = statistics.quantiles(taken, n=20)[18]
    return {"p50_ms": round(statistics.median(taken), 1), "p95_ms": round(p95, 1)}


if __name__ == "__main__":
    main()
