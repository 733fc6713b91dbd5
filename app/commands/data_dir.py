"""The data directory of `samaneh up`: its option, its secrets. Light: `up` keeps it loaded."""

import json
import secrets
from base64 import b64encode
from pathlib import Path

import click

SECRETS = "secrets.json"
DEMO_PASSWORD = "DEMO_PASSWORD"  # noqa: S105 - the name of an entry

data_dir_option = click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("var"),
    show_default=True,
    help="The data directory of `samaneh up`.",
)


def kept_secrets(data_dir: Path) -> dict[str, str]:
    """The secrets of this installation, made at the first call, readable by its owner only."""
    path = data_dir / SECRETS
    if not path.exists():
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = {
            "SAMANEH_SECRET_KEY": secrets.token_urlsafe(32),
            "SAMANEH_DATA_KEY": f"1:{_key()}",
            "SAMANEH_INDEX_KEY": _key(),
            "SAMANEH_HOOK_SECRET": secrets.token_urlsafe(32),
            DEMO_PASSWORD: f"namuneh-{secrets.token_hex(4)}",
        }
        draft = path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(made, indent=1))
        draft.replace(path)
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


def _key() -> str:
    return b64encode(secrets.token_bytes(32)).decode()
