"""The limit: what PostgreSQL alone does with the rows of one registration, by its own pgbench.

The rows are those of letters that the system has just registered, one that was referred and one
that waits in triage (it has a receipt less), each of median length and as often as they came:
pgbench writes them again and again into a copy of the database, with all its indexes, triggers and
constraints; only what must be new each time differs. `plain` is a transaction of BEGIN, a prepared
statement for each table and COMMIT; `cte` is one prepared statement.
"""

import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from app.running import postgres

CITIZENS = 20_000  # as many as write in the measurement of intake
MOBILES = 9_000
_OF_LETTER = {
    "referrals": "correspondence_id = %(id)s",
    "events": "correspondence_id = %(id)s order by events.id",
    "receipts": "correspondence_id = %(id)s order by stage desc",
    "idempotency_keys": "response ->> 'tracking_code' = %(code)s",
}
_LEFT_OUT = {("events", "id"), ("events", "tx")}  # the database gives them
_SETS = f"""\
\\set person random(1, {CITIZENS})
\\set phone random(1, {MOBILES})
\\set code random(10000000000000, 99999999999999)
\\set first random(100000000000000, 549999999999999)
\\set second random(550000000000000, 999999999999999)
"""
_UPSERT = "on conflict (national_id_index) do update set seen_at = excluded.seen_at"
_NEW = {
    ("citizens", "id"): "uuidv7()",
    ("citizens", "national_id_index"): "sha256(int8send(:person))",
    ("correspondences", "id"): "uuidv7()",
    ("correspondences", "citizen_id"): "{citizen}",
    ("correspondences", "tracking_code"): ":code::text",
    ("correspondences", "mobile_index"): "sha256(int8send(:phone))",
    ("referrals", "id"): "uuidv7()",
    ("receipts", "id"): "uuidv7()",
    ("idempotency_keys", "key"): "gen_random_uuid()::text",
}
_LETTER_OF = {"referrals", "events", "receipts"}

Row = dict[str, Any]


_MEDIANS = """
select status, tracking_code, share from (
    select status, tracking_code, count(*) over status as share,
           row_number() over (status order by pg_column_size(c.*), id) as place
    from correspondences c window status as (partition by status)) ranked
where place = share / 2 + 1
"""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A letter as two scripts for pgbench, the values that they name, and how often it comes."""

    plain: str
    cte: str
    values: Mapping[str, str]
    share: int

    def options(self, directory: Path, form: str) -> list[str]:
        """The words of a command that write it."""
        script = directory / f"{len(list(directory.iterdir()))}.sql"
        script.write_text(self.plain if form == "plain" else self.cte, "utf-8")
        given = [word for name, value in self.values.items() for word in ("-D", f"{name}={value}")]
        return [*given, "-f", f"{script}@{self.share}"]


def patterns(url: str) -> list[Pattern]:
    """The letters of this database as scripts that write the like of them, one for each status."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        found = connection.execute(_MEDIANS).fetchall()
        return [_pattern(connection, one) for one in found]


def _pattern(connection: psycopg.Connection[Row], found: Row) -> Pattern:
    rows = _rows(connection, found["tracking_code"])
    types = {table: _types(connection, table) for table in rows}
    writer = _Writer(types, found["status"], rows["correspondences"][0]["registered_at"])
    inserts = {table: writer.insert(table, some) for table, some in rows.items()}
    return Pattern(_plain(inserts), _cte(inserts), writer.values, found["share"])


def measure(url: str, written: Sequence[Pattern], form: str, clients: int, seconds: float) -> float:
    """Transactions a second of the form `plain` or `cte`."""
    with tempfile.TemporaryDirectory() as directory:
        command = [
            *(str(postgres.binary("pgbench")), "-n", "-M", "prepared"),
            *("-c", str(clients), "-j", str(min(2, clients))),
            *("-T", str(max(1, round(seconds)))),
            *(word for one in written for word in one.options(Path(directory), form)),
            url,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"^tps = ([0-9.]+)", done.stdout, re.MULTILINE)
    if done.returncode or found is None:
        raise RuntimeError(f"pgbench: {done.stderr[-2000:]}")
    return float(found[1])


def _read(connection: psycopg.Connection[Row], table: str, where: str, **known: str) -> list[Row]:
    """Rows as the text that PostgreSQL would write for each value."""
    columns = sql.SQL(", ").join(
        sql.SQL("{0}::text as {0}").format(sql.Identifier(name))
        for name in _types(connection, table)
    )
    query = sql.SQL("select {} from {} where {}").format(
        columns, sql.Identifier(table), sql.SQL(where)
    )
    return connection.execute(query, known).fetchall()


def _rows(connection: psycopg.Connection[Row], code: str) -> dict[str, list[Row]]:
    letters = _read(connection, "correspondences", "tracking_code = %(code)s", code=code)
    known = {"id": letters[0]["id"], "code": code}
    citizens = _read(connection, "citizens", "id = %(id)s", id=letters[0]["citizen_id"])
    rest = {table: _read(connection, table, where, **known) for table, where in _OF_LETTER.items()}
    return {"citizens": citizens, "correspondences": letters} | rest


def _types(connection: psycopg.Connection[Row], table: str) -> dict[str, str]:
    found = connection.execute(
        "select attname, format_type(atttypid, atttypmod) as type from pg_attribute "
        "where attrelid = %s::regclass and attnum > 0 and not attisdropped",
        (table,),
    )
    return {row["attname"]: row["type"] for row in found}


@dataclass(frozen=True, slots=True)
class _Insert:
    """An INSERT in two ways of naming the citizen and the letter."""

    head: str
    rows: tuple[str, ...]
    tail: str
    needs: str | None

    def plain(self) -> str:
        values = ", ".join(f"({row})" for row in self.rows)
        return f"{self.head} values {values} {self.tail}".format(
            citizen=":citizen::uuid", letter=":letter::uuid"
        )

    def select(self) -> str:
        if self.needs is None:
            return f"{self.head} values ({self.rows[0]}) {self.tail}"
        each = (" ".join(("select", row, "from", self.needs)) for row in self.rows)
        picked = " union all ".join(each)
        return f"{self.head} {picked} {self.tail}".format(citizen="citizen.id", letter="letter.id")


class _Writer:
    """Turns rows into INSERTs and keeps the values that they name."""

    def __init__(self, types: Mapping[str, Mapping[str, str]], name: str, moment: str) -> None:
        self._types = types
        self._name = name
        self._moment = moment
        self.values: dict[str, str] = {}

    def insert(self, table: str, rows: list[Row]) -> _Insert:
        columns = [
            name
            for name, value in rows[0].items()
            if value is not None and (table, name) not in _LEFT_OUT
        ]
        made = tuple(
            ", ".join(self._value(table, name, row, at) for name in columns)
            for at, row in enumerate(rows)
        )
        tails = {"citizens": f"{_UPSERT} returning id", "correspondences": "returning id"}
        needs = {"correspondences": "citizen"} | dict.fromkeys(_LETTER_OF, "letter")
        head = f"insert into {table} ({', '.join(columns)})"
        return _Insert(head, made, tails.get(table, ""), needs.get(table))

    def _value(self, table: str, column: str, row: Row, at: int) -> str:
        if (table, column) in _NEW:
            return _NEW[table, column]
        if column == "correspondence_id":
            return "{letter}"
        if column == "local_id":
            return (":first::bigint", ":second::bigint")[at]
        if row[column] == self._moment:
            return "now()"
        name = f"{self._name}_{table}_{column}_{at}"
        self.values[name] = row[column]
        return f":{name}::{self._types[table][column]}"


def _plain(inserts: Mapping[str, _Insert]) -> str:
    gets = {"citizens": " as citizen \\gset", "correspondences": " as letter \\gset"}
    statements = [made.plain() + gets.get(table, ";") for table, made in inserts.items()]
    return "\n".join([_SETS + "begin;", *statements, "commit;", ""])


def _cte(inserts: Mapping[str, _Insert]) -> str:
    names = {"citizens": "citizen", "correspondences": "letter"}
    *parts, last = inserts.items()
    named = ",\n".join(f"{names.get(table, table)} as ({one.select()})" for table, one in parts)
    return f"{_SETS}with {named}\n{last[1].select()};\n"
