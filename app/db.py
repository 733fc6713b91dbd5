"""The database: naming conventions, engine, sessions. PostgreSQL is the only truth."""

from typing import Any

from sqlalchemy import Engine, MetaData, Text, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker
from sqlalchemy.orm import Session as Session

SessionFactory = sessionmaker[Session]
Json = dict[str, Any]

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class InProvince:
    """Every row says its province, so that tables can be partitioned by it later."""

    province: Mapped[str] = mapped_column(Text, nullable=False)


def engine(url: str, *, pool_size: int = 8) -> Engine:
    """A pooled engine: a dead connection is noticed before use, a slow statement is cut off."""
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=4,
        pool_timeout=5,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 3,
            "options": "-c timezone=UTC -c statement_timeout=30s -c lock_timeout=10s "
            "-c idle_in_transaction_session_timeout=30s",
        },
    )


def sessions(bind: Engine) -> SessionFactory:
    return sessionmaker(bind, expire_on_commit=False)
