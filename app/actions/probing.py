"""Trying a stopped line at once: credit was bought, the key was mended."""

from sqlalchemy import text

from app.actions import line
from app.tools import Tools

_NOW = text("""
update sms_lines set probe_at = now() where stopped_at is not null returning provider
""")


def probe(tools: Tools) -> list[str]:
    """Let the next worker try every stopped line with one message, with an event for each; returns
    the providers. The line opens when that message is accepted, as always. Safe to repeat."""
    with tools.sessions.begin() as session:
        stopped = sorted(session.execute(_NOW).scalars())
        for provider in stopped:
            line.tell(session, tools, "line_probe_asked", provider=provider)
    if stopped:
        tools.bell.ring()
    return stopped
