"""`make migration m="…"`: the next number, drafted from the difference to the models."""

import os
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from app import db, migrating
from app.running.engines import throwaway


def main() -> None:
    number = f"{int(migrating.CODE_HEAD or 0) + 1:04d}"
    with tempfile.TemporaryDirectory() as directory, throwaway(Path(directory)) as engines:
        url = "postgresql+psycopg://" + engines.database_url.partition("://")[2]
        migrating.upgrade(db.engine(url))
        os.environ["DATABASE_URL"] = engines.database_url
        config = Config(toml_file="pyproject.toml")
        command.revision(config, sys.argv[1], autogenerate=True, rev_id=number)


if __name__ == "__main__":
    main()
