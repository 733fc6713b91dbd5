"""Accounts, log-ins and tokens: what opens a door, and when it closes."""

import hashlib
from datetime import timedelta

import pytest

from app.actions import people
from app.actions.people import BadLogin, Identity
from app.actors import Role
from app.door import Fault, Invalid
from app.tools import Tools
from tests import make
from tests.app import database
from tests.app.database import one, rows, together

WRONG = "not-the-password-1405"


@pytest.fixture
def username(tools: Tools) -> str:
    return make.user(tools, "agency", "bank-melli")[0]


def fails(tools: Tools, username: str, password: str = WRONG) -> bool:
    with pytest.raises(BadLogin):
        people.log_in(tools, username, password)
    return True


def told(tools: Tools) -> list[str]:
    return [row.kind for row in rows(tools, "select kind from events order by id")]


def test_a_log_in_knows_who_it_is(tools: Tools, username: str) -> None:
    actor = people.whose_session(tools, people.log_in(tools, username, make.PASSWORD))
    assert actor is not None
    assert (actor.role, actor.agency) == (Role.AGENCY, "bank-melli")
    assert actor.ref == f"user:{one(tools, 'select id from users')}"


def test_a_wrong_password_opens_nothing(tools: Tools, username: str) -> None:
    assert fails(tools, username)
    assert database.count(tools, "sessions") == 0


@pytest.mark.parametrize("name", ["nobody", "", "no\x00body", "\ud800"])
def test_a_name_that_nobody_has_looks_like_a_wrong_password(tools: Tools, name: str) -> None:
    assert fails(tools, name)


def test_a_name_that_nobody_has_costs_a_password_check_too(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasher, checked = people._hasher, []

    class Counting:
        def verify(self, hashed: str, password: str) -> bool:
            checked.append(password)
            return hasher.verify(hashed, password)

        def hash(self, password: str) -> str:
            return hasher.hash(password)

    username, _ = make.user(tools, "operator")
    people.set_disabled(tools, username, disabled=True)
    monkeypatch.setattr(people, "_hasher", Counting())
    for name in (username, "nobody", "no\x00body"):
        assert fails(tools, name)
    assert len(checked) == 3


def test_from_the_fifth_wrong_try_on_even_the_right_password_waits(
    tools: Tools, username: str
) -> None:
    for _ in range(4):
        fails(tools, username)
    assert people.log_in(tools, username, make.PASSWORD)
    for _ in range(5):
        fails(tools, username)
    assert fails(tools, username, make.PASSWORD)
    database.change(tools, "update users set locked_until = now() - interval '1 second'")
    fails(tools, username)
    assert fails(tools, username, make.PASSWORD)
    database.change(tools, "update users set locked_until = now() - interval '1 second'")
    assert people.log_in(tools, username, make.PASSWORD)
    assert rows(tools, "select failed_logins, locked_until from users") == [(0, None)]


def test_guesses_at_once_are_counted_one_by_one(tools: Tools, username: str) -> None:
    together(10, lambda _: fails(tools, username))
    assert one(tools, "select failed_logins from users") == 5
    assert fails(tools, username, make.PASSWORD)


def test_a_disabled_account_is_logged_out_at_once(tools: Tools, username: str) -> None:
    secret = people.log_in(tools, username, make.PASSWORD)
    assert people.set_disabled(tools, username, disabled=True)
    assert people.whose_session(tools, secret) is None
    assert fails(tools, username, make.PASSWORD)
    people.set_disabled(tools, username, disabled=False)
    assert people.whose_session(tools, secret) is None
    assert people.log_in(tools, username, make.PASSWORD)
    assert told(tools) == ["user_created", "user_disabled", "user_enabled"]


def test_a_new_password_ends_every_log_in_and_the_lock(tools: Tools, username: str) -> None:
    secret = people.log_in(tools, username, make.PASSWORD)
    for _ in range(5):
        fails(tools, username)
    assert people.set_password(tools, username, "a-new-password-1405")
    assert people.whose_session(tools, secret) is None
    assert fails(tools, username, make.PASSWORD)
    assert people.log_in(tools, username, "a-new-password-1405")
    assert not people.set_password(tools, "nobody", "a-new-password-1405")


@pytest.mark.parametrize(
    ("seen", "begun", "lives"),
    [(29, 60, True), (31, 60, False), (1, 12 * 60 - 1, True), (1, 12 * 60 + 1, False)],
)
def test_a_log_in_ends_when_it_is_idle_or_old(
    tools: Tools, username: str, seen: int, begun: int, *, lives: bool
) -> None:
    secret = people.log_in(tools, username, make.PASSWORD)
    database.change(
        tools,
        "update sessions set seen_at = now() - make_interval(mins => :seen), "
        "expires_at = expires_at - make_interval(mins => :begun)",
        seen=seen,
        begun=begun,
    )
    assert (people.whose_session(tools, secret) is not None) == lives


def test_work_keeps_a_log_in_alive(tools: Tools, username: str) -> None:
    secret = people.log_in(tools, username, make.PASSWORD)
    database.change(tools, "update sessions set seen_at = now() - interval '20 minutes'")
    people.whose_session(tools, secret)
    idle: timedelta = one(tools, "select now() - seen_at from sessions")
    assert idle < timedelta(minutes=1)


def test_a_log_out_ends_this_log_in_only(tools: Tools, username: str) -> None:
    first, second = (people.log_in(tools, username, make.PASSWORD) for _ in range(2))
    people.log_out(tools, first)
    assert people.whose_session(tools, first) is None
    assert people.whose_session(tools, second) is not None


def test_secrets_are_kept_as_hashes_only(tools: Tools, username: str) -> None:
    token = people.create_token(tools, Identity("a test", Role.OPERATOR))
    login = people.log_in(tools, username, make.PASSWORD)
    kept = "".join(
        str(rows(tools, f"select t::text from {table} t"))
        for table in ("tokens", "sessions", "users", "events")
    )
    for secret in (token, login, make.PASSWORD):
        assert secret not in kept
        assert secret.encode().hex() not in kept
    assert hashlib.sha256(token.encode()).hexdigest() in kept


def test_a_token_knows_who_it_is_until_it_is_revoked(tools: Tools) -> None:
    secret = people.create_token(tools, Identity("a test", Role.MANAGER, "bank-melli"))
    actor = people.whose_token(tools, secret)
    assert actor is not None
    assert (actor.role, actor.agency, actor.name) == (Role.MANAGER, "bank-melli", "a test")
    assert people.whose_token(tools, secret + "x") is None
    assert people.whose_token(tools, "") is None
    assert people.revoke_token(tools, "a test") == 1
    assert people.whose_token(tools, secret) is None
    assert people.revoke_token(tools, "a test") == 0
    assert told(tools) == ["token_created", "token_revoked"]


UNFIT = [
    (Identity("x", Role.AGENCY), Fault("agency", "agency-for-role")),
    (Identity("x", Role.OPERATOR, "bank-melli"), Fault("agency", "agency-for-role")),
    (Identity("x", Role.AGENCY, "nowhere"), Fault("agency", "unknown-agency")),
    (Identity("x", Role.MANAGER, "triage"), Fault("agency", "unknown-agency")),
    (Identity(" ", Role.AUDITOR), Fault("name", "required")),
]


def test_agency_staff_need_an_agency_and_nobody_else_has_one(tools: Tools) -> None:
    for identity, fault in UNFIT:
        with pytest.raises(Invalid) as refused:
            people.create_token(tools, identity)
        assert refused.value.faults == (fault,)
        with pytest.raises(Invalid) as refused:
            people.create_user(tools, "a-name", identity, make.PASSWORD)
        assert refused.value.faults == (fault,)
    assert told(tools) == []


def test_a_weak_password_is_refused(tools: Tools) -> None:
    for password in ("short", "x" * 129, "aaaaaaaaaaaabb", "with-a-\x00-in-it"):
        with pytest.raises(Invalid):
            people.create_user(tools, "a-name", Identity("x", Role.OPERATOR), password)
    assert database.count(tools, "users") == 0


def test_a_name_is_taken_once(tools: Tools) -> None:
    def create(_: int) -> None:
        people.create_user(tools, "a-name", Identity("x", Role.OPERATOR), make.PASSWORD)

    create(0)
    with pytest.raises(Invalid):
        create(1)
    assert told(tools) == ["user_created"]
