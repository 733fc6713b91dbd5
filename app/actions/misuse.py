"""An event for what a worker found in Redis that is not ours."""

from sqlalchemy import text

from app.tools import Tools

_TELL = text("""
insert into events (at, province, kind, actor, data)
values (now(), :province, 'doorbell_misused', 'system', '{}')
""")


def tell(tools: Tools) -> None:
    """Somebody writes to our Redis who should not; raises nothing of its own."""
    with tools.sessions.begin() as session:
        session.execute(_TELL, {"province": tools.province})
