"""The provider's account, looked at when a worker starts and every day: what would do harm stops
the line, what a person should mend is told."""

import logging

from sqlalchemy import text

from app.actions import line
from app.actions.story import clock
from app.tools import Tools
from sms.gateway import Account, Gateway, Unavailable, Worry, worries

logger = logging.getLogger(__name__)

# With these a receipt would arrive twice, or never while we believed that it did.
HARMFUL: frozenset[Worry] = frozenset({"resend_failed", "debug_mode"})

_KEEP = text("""
with before as (select unfit, worries from sms_lines where provider = :provider)
insert into sms_lines as l (
    provider, province, unfit, worries, credit, expires_at, checked_at)
values (:provider, :province, :unfit, :worries, :credit, :expires_at, now())
on conflict (provider) do update
    set unfit = excluded.unfit, worries = excluded.worries, credit = excluded.credit,
        expires_at = excluded.expires_at, checked_at = excluded.checked_at
returning (select worries from before) as before
""")

_DUE = text("""
select not exists (
    select from sms_lines where provider = :provider and checked_at > now()
      - (case when unfit is null then interval '1 day' else interval '1 minute' end))
""")


def check(tools: Tools, gateway: Gateway, least_credit: int) -> list[Worry]:
    """Ask the provider about the account and keep what it says; returns what is wrong with it.

    While it is harmful nothing is sent by it. A change of the worries is an event. An account that
    can't be asked stays as it was: the line itself will show why. `least_credit` in rials.
    """
    try:
        account = gateway.account()
    except Unavailable as error:
        logger.warning("the account of %s can't be asked: %s", gateway.name, error.reason)
        return []
    with tools.sessions.begin() as session:
        found = worries(account, clock(session), least_credit)
        kept = session.execute(_KEEP, _row(tools, gateway.name, account, found)).one()
        said = ", ".join(found)
        if (kept.before or "") != said:
            line.tell(
                session, tools, "account_checked", provider=gateway.name, reason=said or "fit"
            )
            logger.log(logging.CRITICAL if found else logging.INFO,
                       "the account of %s: %s", gateway.name, said or "fit")  # fmt: skip
    return found


def is_due(tools: Tools, provider: str) -> bool:
    """A day after the last check; a minute after it while the account must not be used."""
    with tools.sessions() as session:
        return bool(session.execute(_DUE, {"provider": provider}).scalar_one())


def _row(tools: Tools, provider: str, account: Account, found: list[Worry]) -> dict[str, object]:
    return {
        "provider": provider,
        "province": tools.province,
        "unfit": _listed([worry for worry in found if worry in HARMFUL]),
        "worries": _listed(found),
        "credit": account.credit,
        "expires_at": account.expires,
    }


def _listed(found: list[Worry]) -> str | None:
    return ", ".join(found) or None
