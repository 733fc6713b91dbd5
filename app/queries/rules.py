"""The rule sets that are stored: which is active, what is in them, what each has decided."""

from dataclasses import replace

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.db import Json
from app.models.reference import RuleActivation, RuleSetVersion
from routing.loading import LEXICON, RULES, default_rules, parse
from routing.rules import RuleSet
from routing.sources import BadRules

_NEWEST_FIRST = (RuleActivation.activated_at.desc(), RuleActivation.id.desc())

_STORED = text("""
with newest as (
    select distinct on (version) version, activated_by, activated_at, id
    from rule_activations order by version, activated_at desc, id desc
),
decided as (
    select rules_version as version, count(*) as letters from correspondences group by 1
)
select s.version, s.created_at, coalesce(d.letters, 0) as letters, n.activated_by, n.activated_at,
       coalesce(n.id = (select id from rule_activations
                        order by activated_at desc, id desc limit 1), false) as active
from rule_sets s
left join newest n on n.version = s.version
left join decided d on d.version = s.version
order by s.created_at desc, s.version
""")


def activation(session: Session) -> RuleActivation | None:
    """The newest: what it names is active."""
    return session.scalars(select(RuleActivation).order_by(*_NEWEST_FIRST).limit(1)).first()


def active(session: Session) -> str | None:
    """The version that decides, or None before the first activation."""
    return session.scalar(select(RuleActivation.version).order_by(*_NEWEST_FIRST).limit(1))


def named(session: Session, prefix: str) -> list[str]:
    """The stored versions that begin so."""
    stored = select(RuleSetVersion.version).where(
        RuleSetVersion.version.startswith(prefix, autoescape=True)
    )
    return list(session.scalars(stored.order_by(RuleSetVersion.version)))


def content(session: Session, version: str) -> object:
    """File name → text, as stored; None where nothing is."""
    return session.scalar(select(RuleSetVersion.content).where(RuleSetVersion.version == version))


def compiled(version: str, files: object) -> RuleSet:
    """A stored rule set, ready to decide, under the version that it is stored by: a newer program
    may count another one for the same files, and letters name what is stored.

    Raises BadRules.
    """
    try:
        return replace(parse(_texts(files)), version=version)
    except BadRules as error:
        raise BadRules(f"rule set {version}: {error}") from error


def _texts(files: object) -> dict[str, str]:
    if not isinstance(files, dict):
        raise BadRules("not stored, or not as files")
    for name, content in files.items():
        if not isinstance(content, str):
            raise BadRules(f"{name}: not a text")
    for name in (RULES, LEXICON):
        if name not in files:
            raise BadRules(f"{name} is missing")
    return files


def fault(session: Session) -> str | None:
    """Why the active rule set can't decide, or None. Takes a second where it is not the
    program's own."""
    version = active(session)
    if version is None or version == default_rules().version:
        return None
    try:
        compiled(version, content(session, version))
    except BadRules as error:
        return str(error)
    return None


def stored(session: Session) -> list[Json]:
    """All versions, newest first, with the letters they decided and their last activation."""
    return [
        {
            "version": row.version,
            "stored_at": row.created_at.isoformat(),
            "letters": row.letters,
            "active": row.active,
            "activated_by": row.activated_by,
            "activated_at": row.activated_at.isoformat() if row.activated_at else None,
        }
        for row in session.execute(_STORED)
    ]
