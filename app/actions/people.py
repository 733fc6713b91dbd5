"""People and programs: accounts, passwords, log-ins, tokens."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, func, select, update

from app.actions.story import Teller, clock
from app.actors import SYSTEM, Actor, Role
from app.door import NAME_LIMIT, Fault, Invalid, is_storable
from app.ids import new_id
from app.models.agency import TRIAGE, Agency
from app.models.people import AGENCY_ROLES, StaffSession, Token, User
from app.tools import Tools

TOKEN_PREFIX = "s111_"  # noqa: S105 - tells secret scanners what it is
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 128
FREE_TRIES = 5
LOCK = timedelta(minutes=5)
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_hasher = PasswordHasher()


class BadLogin(Exception):
    """Wrong name or password, a disabled account, or too many tries: all look the same."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who an account or token is for. `agency` only for agency staff and managers."""

    name: str
    role: Role
    agency: str | None = None


def create_token(tools: Tools, identity: Identity) -> str:
    """A new API token, to be shown once: only its SHA-256 is kept. Raises Invalid."""
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    with tools.sessions.begin() as session:
        check(session.get(Agency, identity.agency or ""), identity)
        teller = Teller(tools.province, SYSTEM, clock(session))
        token = Token(
            id=new_id(),
            province=tools.province,
            name=identity.name,
            role=identity.role,
            agency_code=identity.agency,
            hash=digest(secret),
            created_at=teller.now,
        )
        session.add(token)
        teller.tell(session, "token_created", None, token=str(token.id), role=identity.role)
    return secret


def revoke_token(tools: Tools, name: str) -> int:
    """Revoke every live token of this name; returns how many."""
    with tools.sessions.begin() as session:
        teller = Teller(tools.province, SYSTEM, clock(session))
        live = (Token.name == name, Token.revoked_at.is_(None))
        ids = session.scalars(
            update(Token).where(*live).values(revoked_at=teller.now).returning(Token.id)
        ).all()
        for token_id in ids:
            teller.tell(session, "token_revoked", None, token=str(token_id))
    return len(ids)


def create_user(tools: Tools, username: str, identity: Identity, password: str) -> None:
    """A new account. Raises Invalid for a weak password, a taken name or a role without agency."""
    if not _USERNAME.fullmatch(username):
        raise Invalid(Fault("username", "username"))
    check_password(password)
    hashed = _hasher.hash(password)
    with tools.sessions.begin() as session:
        check(session.get(Agency, identity.agency or ""), identity)
        if session.scalar(select(User.id).where(User.username == username)) is not None:
            raise Invalid(Fault("username", "taken"))
        teller = Teller(tools.province, SYSTEM, clock(session))
        user = User(
            id=new_id(),
            province=tools.province,
            username=username,
            display_name=identity.name,
            password_hash=hashed,
            role=identity.role,
            agency_code=identity.agency,
            created_at=teller.now,
        )
        session.add(user)
        teller.tell(session, "user_created", None, user=str(user.id), role=identity.role)


def set_password(tools: Tools, username: str, password: str) -> bool:
    """A new password; every log-in of this account ends. False if there is no such account."""
    check_password(password)
    hashed = _hasher.hash(password)
    anew = {"password_hash": hashed, "failed_logins": 0, "locked_until": None}
    return _change(tools, username, "password_changed", **anew)


def set_disabled(tools: Tools, username: str, *, disabled: bool) -> bool:
    """Close or open an account; closing ends its log-ins. False if there is no such account."""
    kind = "user_disabled" if disabled else "user_enabled"
    return _change(tools, username, kind, disabled=disabled)


def _change(tools: Tools, username: str, kind: str, **values: object) -> bool:
    with tools.sessions.begin() as session:
        user = session.scalar(select(User).where(User.username == username).with_for_update())
        if user is None:
            return False
        teller = Teller(tools.province, SYSTEM, clock(session))
        if "disabled" in values:
            values = {"disabled_at": teller.now if values["disabled"] else None}
        session.execute(update(User).where(User.id == user.id).values(**values))
        session.execute(delete(StaffSession).where(StaffSession.user_id == user.id))
        teller.tell(session, kind, None, user=str(user.id))
    return True


def log_in(tools: Tools, username: str, password: str) -> str:
    """The secret of a new log-in, for the cookie; raises BadLogin after equal work in all cases.

    From the fifth wrong try on the account is locked for five minutes at a time.
    """
    with tools.sessions.begin() as session:
        known = select(User).where(User.username == username).with_for_update()
        user = session.scalar(known) if is_storable(username) else None
        now = clock(session)
        closed = user is None or user.disabled_at or (user.locked_until or now) > now
        fits = _fits(user.password_hash if user else _nobodys_hash(), password)
        if user and not closed and fits:
            user.failed_logins, user.locked_until = 0, None
            secret = secrets.token_urlsafe(32)
            session.add(
                StaffSession(
                    hash=digest(secret),
                    province=tools.province,
                    user_id=user.id,
                    created_at=now,
                    seen_at=now,
                    expires_at=now + ABSOLUTE,
                )
            )
            return secret
        if user and not closed:
            user.failed_logins += 1
            if user.failed_logins >= FREE_TRIES:
                user.locked_until = now + LOCK
    raise BadLogin


def log_out(tools: Tools, secret: str) -> None:
    with tools.sessions.begin() as session:
        session.execute(delete(StaffSession).where(StaffSession.hash == digest(secret)))


def whose_token(tools: Tools, secret: str) -> Actor | None:
    """The actor of an API token, or None when it is unknown or revoked."""
    with tools.sessions() as session:
        row = session.execute(
            select(Token.id, Token.role, Token.agency_code, Token.name).where(
                Token.hash == digest(secret), Token.revoked_at.is_(None)
            )
        ).first()
    return Actor(f"token:{row.id}", Role(row.role), row.agency_code, row.name) if row else None


def whose_session(tools: Tools, secret: str) -> Actor | None:
    """The actor of a log-in, or None when it is over, idle for long or its account is closed."""
    with tools.sessions.begin() as session:
        found = session.execute(
            select(StaffSession, User, func.now())
            .join(User, User.id == StaffSession.user_id)
            .where(StaffSession.hash == digest(secret), User.disabled_at.is_(None))
            .where(StaffSession.expires_at > func.now(), StaffSession.seen_at > func.now() - IDLE)
        ).first()
        if found is None:
            return None
        login, user, now = found
        if now - login.seen_at > timedelta(minutes=1):
            login.seen_at = now
        return Actor(f"user:{user.id}", Role(user.role), user.agency_code, user.display_name)


def digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


@cache
def _nobodys_hash() -> str:
    """Something to compare with when there is no such person, so that it takes as long."""
    return _hasher.hash(secrets.token_hex())


def _fits(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def check_password(password: str) -> None:
    """At least 12 characters, not built of the words of this house. Raises Invalid."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD or not is_storable(password):
        raise Invalid(Fault("password", "password-length"))
    if len(set(password)) < SHORTEST_PASSWORD // 2:
        raise Invalid(Fault("password", "password-simple"))


def check(agency: Agency | None, identity: Identity) -> None:
    """Agency staff need an agency, nobody else has one. Raises Invalid."""
    is_staff = identity.role in AGENCY_ROLES
    if is_staff != (identity.agency is not None):
        raise Invalid(Fault("agency", "agency-for-role"))
    if is_staff and (agency is None or agency.code == TRIAGE):
        raise Invalid(Fault("agency", "unknown-agency"))
    if not identity.name.strip():
        raise Invalid(Fault("name", "required"))
    if len(identity.name) > NAME_LIMIT or not is_storable(identity.name):
        raise Invalid(Fault("name", "too-long"))


def same(left: str, right: str) -> bool:
    """Compare secrets in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())
