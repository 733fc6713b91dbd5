"""An agency's own texts for answers, and the answer that everybody gets."""

from uuid import UUID

import pytest

from app.access import NotFound
from app.actions import answer, refer, templates
from app.actors import Forbidden
from app.door import Invalid
from app.queries import templates as queries
from app.tools import Tools
from tests import make
from tests.app import database

BANK, OTHER = make.staff("bank-melli"), make.staff("bank-mellat")
WORDS = "با سلام. پروندهٔ شما در نوبت است و پس از تخصیص اعتبار به شما خبر داده می‌شود."


def titles(tools: Tools, actor: make.Actor = BANK) -> list[str]:
    with tools.sessions() as session:
        return [one.title for one in queries.offered(session, actor)]


def answered(tools: Tools, words: str, times: int = 1) -> None:
    for _ in range(times):
        code = make.register(tools)["tracking_code"]
        refer.claim(tools, BANK, code)
        answer.answer(tools, BANK, code, "done", words)


def repeated(tools: Tools, words: str, actor: make.Actor = BANK) -> int:
    with tools.sessions() as session:
        return queries.repeated(session, actor, words)


def fault(error: pytest.ExceptionInfo[Invalid]) -> tuple[str, str]:
    return error.value.faults[0].field, error.value.faults[0].code


def test_a_text_is_offered_to_all_of_the_agency_and_to_nobody_else(tools: Tools) -> None:
    templates.create(tools, BANK, "در نوبت", WORDS)
    assert titles(tools, make.staff("bank-melli", "two")) == ["در نوبت"]
    assert titles(tools, OTHER) == []


def test_a_retired_text_is_kept_and_no_longer_offered(tools: Tools) -> None:
    made = templates.create(tools, BANK, "در نوبت", WORDS)
    for _ in range(2):
        templates.retire(tools, make.staff("bank-melli", "two"), made)
    assert titles(tools) == []
    assert database.one(tools, "select text from answer_templates") == WORDS
    kinds = [r.kind for r in database.rows(tools, "select kind from events order by id")]
    assert kinds == ["template_created", "template_retired"]


def test_nobody_retires_the_text_of_another_agency(tools: Tools) -> None:
    made = templates.create(tools, BANK, "در نوبت", WORDS)
    for template in (made, UUID(int=1)):
        with pytest.raises(NotFound):
            templates.retire(tools, OTHER, template)
    assert titles(tools) == ["در نوبت"]


def test_one_title_is_one_text_even_if_the_form_is_sent_twice_at_once(tools: Tools) -> None:
    made = database.together(4, lambda _: templates.create(tools, BANK, "در نوبت", WORDS))
    assert sum(isinstance(one, UUID) for one in made) == 1
    assert sum(isinstance(one, Invalid) for one in made) == 3
    templates.create(tools, OTHER, "در نوبت", WORDS)


def test_what_is_wrong_with_a_text_is_said(tools: Tools) -> None:
    for title, words, told in (
        (" ", WORDS, ("title", "required")),
        ("نام" * 40, WORDS, ("title", "too-long")),
        ("نام", "\u200c ", ("text", "required")),
        ("نام", "x" * 20_001, ("text", "text-too-long")),
        ("نام", "a\x00", ("text", "bad-character")),
    ):
        with pytest.raises(Invalid) as error:
            templates.create(tools, BANK, title, words)
        assert fault(error) == told


def test_texts_are_few(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "AT_MOST", 1)
    made = templates.create(tools, BANK, "یکم", WORDS)
    with pytest.raises(Invalid) as error:
        templates.create(tools, BANK, "دوم", WORDS)
    assert fault(error) == ("title", "too-many-templates")
    templates.retire(tools, BANK, made)
    templates.create(tools, BANK, "دوم", WORDS)


def test_only_who_answers_has_texts(tools: Tools) -> None:
    for actor in (make.TRIAGE, make.OPERATOR, make.SUPERVISOR):
        with pytest.raises(Forbidden):
            templates.create(tools, actor, "در نوبت", WORDS)


def test_the_same_words_for_everybody_are_noticed_whatever_the_numbers(tools: Tools) -> None:
    answered(tools, WORDS + " شمارهٔ پرونده: ۱۲۳", 2)
    assert repeated(tools, WORDS) == 0
    answered(tools, WORDS + " شمارهٔ پرونده: ۴۵۶")
    assert repeated(tools, WORDS + " شمارهٔ پرونده: 789") == 3
    own = "همسر شما دیروز با کارت ملی آمد و کارت بانکی تازه را گرفت؛ رمز آن پیامک شده است."
    assert repeated(tools, WORDS + " " + own) == 0
    assert repeated(tools, WORDS, OTHER) == 0


def test_only_the_last_twenty_answers_count(tools: Tools) -> None:
    answered(tools, WORDS, 3)
    answered(tools, "کارت شما آماده است؛ به شعبه بیایید.", 18)
    assert repeated(tools, WORDS) == 0
