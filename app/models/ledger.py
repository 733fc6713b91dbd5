from datetime import date

from sqlalchemy import BigInteger, Integer, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

_KEY = ("day", "province", "channel", "owner_code", "status")


def _sum() -> Mapped[int]:
    return mapped_column(BigInteger, server_default=sql("0"))


def _entry() -> Mapped[int]:
    return mapped_column(Integer, server_default=sql("0"))


class LedgerEntry(Base):
    """What one row changed in the ledger's sums, not folded into them yet.

    Written by triggers of the tables that are counted, in the same transaction; append-only but
    for the folding. `day` is the Tehran day of the letter or call-back that it belongs to.
    """

    __tablename__ = "ledger_entries"
    # No key and no index: it is written with every letter. This one is for the mapper alone.
    __mapper_args__ = {"primary_key": list(_KEY)}  # noqa: RUF012 - as SQLAlchemy wants it

    day: Mapped[date]
    province: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text, server_default="")
    owner_code: Mapped[str] = mapped_column(Text, server_default="")
    status: Mapped[str] = mapped_column(Text, server_default="")
    received: Mapped[int] = _entry()
    letters: Mapped[int] = _entry()
    referred: Mapped[int] = _entry()
    answered: Mapped[int] = _entry()
    callbacks: Mapped[int] = _entry()
    waiting: Mapped[int] = _entry()
    notices: Mapped[int] = _entry()
    receipts: Mapped[int] = _entry()
    sent: Mapped[int] = _entry()


class LedgerSum(Base):
    """The folded sums of a Tehran day; those of all time stand under the day `-infinity`.

    received: events. letters, of these ever `referred` to an agency, and `answered`: by channel,
    owner and status. callbacks, of these `waiting`. receipts: the outbox, of these `sent`.
    """

    __tablename__ = "ledger_sums"

    day: Mapped[date] = mapped_column(primary_key=True)
    province: Mapped[str] = mapped_column(Text, primary_key=True)
    channel: Mapped[str] = mapped_column(Text, primary_key=True, server_default="")
    owner_code: Mapped[str] = mapped_column(Text, primary_key=True, server_default="")
    status: Mapped[str] = mapped_column(Text, primary_key=True, server_default="")
    received: Mapped[int] = _sum()
    letters: Mapped[int] = _sum()
    referred: Mapped[int] = _sum()
    answered: Mapped[int] = _sum()
    callbacks: Mapped[int] = _sum()
    waiting: Mapped[int] = _sum()
    notices: Mapped[int] = _sum()
    receipts: Mapped[int] = _sum()
    sent: Mapped[int] = _sum()
