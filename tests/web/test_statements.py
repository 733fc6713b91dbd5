"""What each route costs in statements: no more where much is on the page than where little is."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from app.api import caller
from app.queries import alarms, reference
from app.tools import Tools
from tests.web import ways_citizens, ways_desks, ways_operators, ways_programs
from tests.web.ways import Way, address
from tests.web.world import World

FEW, MANY = 3, 25
WAYS: dict[str, Way] = {
    **ways_citizens.WAYS,
    **ways_operators.WAYS,
    **ways_desks.WAYS,
    **ways_programs.WAYS,
}


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that this engine's connections execute meanwhile."""
    heard: list[str] = []

    def hear(_: Any, __: Any, statement: str, *___: Any) -> None:
        heard.append(re.sub(r"\s+", " ", statement).strip())

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def test_every_route_has_its_figure(app: Flask) -> None:
    routes = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes - set(WAYS) == set(), "add them to tests/web/ways_….py"
    assert set(WAYS) <= routes, "no such route"


def read_by_the_process(tools: Tools) -> set[str]:
    """What every few seconds one page reads for all."""
    with counted(tools.sessions.kw["bind"]) as heard, tools.sessions() as session:
        reference.read(session)
        alarms.read(session)
    return set(heard)


def send(world: World, method: str, way: Way) -> tuple[TestResponse, list[str]]:
    """The answer, and the statements it took."""
    someone, ask = world.person(way.role), way.ask(world)
    form = None if ask.form is None else {**someone.form, **ask.form}
    world.app.extensions[caller._SEEN].clear()
    with counted(world.tools.sessions.kw["bind"]) as heard:
        answer = someone.client.open(
            ask.path,
            method=method,
            data=form,
            json=ask.json,
            headers={**someone.headers, **ask.headers},
            environ_base={"REMOTE_ADDR": address()},
            buffered=True,
        )
    return answer, heard


@pytest.fixture
def world(app: Flask, tools: Tools) -> World:
    return World(app, tools)


def test_no_route_costs_more_where_there_is_more(world: World) -> None:
    spent: dict[str, list[list[str]]] = {route: [] for route in WAYS}
    wrong = []
    shared = read_by_the_process(world.tools)
    for size in (FEW, MANY):
        world.grow(size)
        for route, way in WAYS.items():
            answer, heard = send(world, route.partition(" ")[0], way)
            spent[route].append([one for one in heard if one not in shared])
            if answer.status_code != way.status:
                wrong.append(f"{route}: {answer.status_code} {answer.text[:2000]}")
    for route, (few, many) in spent.items():
        way = WAYS[route]
        if not len(few) == len(many) <= way.most:
            told = f"{route}: {len(few)}, then {len(many)}, {way.most} at most"
            wrong.append("\n  ".join([told, *many]))
    assert not wrong, "\n".join(wrong)
