import re

from flask.testing import FlaskClient

from app.api.caller import EXTENSION
from app.doorbell import SilentBell
from app.persian import spoken_code
from app.tools import Tools
from tests import make
from tests.web.browser import ORIGIN, hidden, send, value_of

FORM = "/operator"


def filled(**changes: str) -> dict[str, str]:
    whole = make.payload(channel="letter")
    return {"channel": "letter", "text": whole["text"], **whole["citizen"]} | changes


def code_in(page: str) -> str:
    found = re.search(r'id="code" dir="ltr">(\d{14})<', page)
    assert found, "no tracking code on this page"
    return found[1]


def test_a_letter_is_registered_and_its_code_stands_there_to_be_read_out(
    client: FlaskClient, tools: Tools
) -> None:
    make.logged_in(client, tools, "operator")
    answer = send(client, FORM, **filled())
    assert answer.status_code == 201
    assert spoken_code(code_in(answer.text)) in answer.text
    assert "بانک ملی" in answer.text
    assert "وام ازدواج" in answer.text
    assert "در نوبت" in answer.text


def test_sending_the_form_twice_registers_once_and_shows_the_same_code(
    client: FlaskClient, tools: Tools
) -> None:
    make.logged_in(client, tools, "operator")
    form = hidden(client.get(FORM).text) | filled()
    first = client.post(FORM, data=form)
    second = client.post(FORM, data=form)
    assert code_in(first.text) == code_in(second.text)
    assert second.status_code == 201


def test_a_form_that_was_changed_after_it_was_registered_is_asked_about(
    client: FlaskClient, tools: Tools
) -> None:
    make.logged_in(client, tools, "operator")
    form = hidden(client.get(FORM).text) | filled()
    client.post(FORM, data=form)
    changed = client.post(FORM, data=form | {"text": make.MEDICINE})
    assert changed.status_code == 422
    assert make.MEDICINE in changed.text
    assert hidden(changed.text)["key"] != form["key"]


def test_wrong_fields_come_back_with_everything_typed_and_a_message_at_each(
    client: FlaskClient, tools: Tools
) -> None:
    make.logged_in(client, tools, "operator")
    typed = filled(national_id="1234567890", mobile="021", county="پاوه", bank="bank-mellat")
    answer = send(client, FORM, **typed)
    assert answer.status_code == 422
    for name in ("national_id", "mobile", "first_name", "last_name", "county"):
        assert value_of(answer.text, name) == typed[name]
    assert typed["text"] in answer.text
    assert 'id="national_id-fault"' in answer.text
    assert 'id="mobile-fault"' in answer.text
    assert 'id="first_name-fault"' not in answer.text
    assert 'value="bank-mellat" selected' in answer.text
    focused = re.findall(r"<input[^>]*autofocus", answer.text)
    assert len(focused) == 1
    assert 'name="national_id"' in focused[0]


def test_a_corrected_form_keeps_its_key(client: FlaskClient, tools: Tools) -> None:
    make.logged_in(client, tools, "operator")
    form = hidden(client.get(FORM).text)
    wrong = client.post(FORM, data=form | filled(mobile=""))
    assert hidden(wrong.text)["key"] == form["key"]
    assert client.post(FORM, data=form | filled()).status_code == 201


def test_persian_digits_are_digits(client: FlaskClient, tools: Tools) -> None:
    make.logged_in(client, tools, "operator")
    assert send(client, FORM, **filled(mobile="۰۹۰۹۰۰۰۱۲۳۴")).status_code == 201


def test_what_a_citizen_writes_is_never_markup(client: FlaskClient, tools: Tools) -> None:
    make.logged_in(client, tools, "operator")
    answer = send(client, FORM, **filled(text="<script>x</script>", mobile="1", last_name='"><b>'))
    assert "<script>x" not in answer.text
    assert '"><b>' not in answer.text


def test_a_form_sent_after_the_log_in_ended_is_not_lost(client: FlaskClient, tools: Tools) -> None:
    make.logged_in(client, tools, "operator")
    form = hidden(client.get(FORM).text) | filled()
    client.delete_cookie("samaneh-8111")
    answer = client.post(FORM, data=form, headers=ORIGIN)
    assert answer.status_code == 401
    assert form["text"] in answer.text
    assert hidden(answer.text)["national_id"] == form["national_id"]
    make.logged_in(client, tools, "operator")
    again = hidden(answer.text) | {"text": form["text"]}
    assert client.post(FORM, data=again).status_code == 201


def test_a_form_whose_csrf_token_is_over_can_be_sent_again(
    client: FlaskClient, tools: Tools
) -> None:
    make.logged_in(client, tools, "operator")
    form = hidden(client.get(FORM).text) | filled() | {"csrf_token": "old"}
    answer = client.post(FORM, data=form, headers=ORIGIN)
    assert answer.status_code == 400
    assert "چیزی گم نشده است" in answer.text
    again = hidden(answer.text) | {"text": form["text"]}
    assert client.post(FORM, data=again).status_code == 201


def test_another_site_cannot_make_us_offer_its_form(client: FlaskClient, tools: Tools) -> None:
    make.logged_in(client, tools, "operator")
    answer = client.post(FORM, data=filled(), headers={"Origin": "https://evil.example"})
    assert answer.status_code == 400
    assert make.LOAN not in answer.text
    assert "چیزی گم نشده است" in answer.text


def test_a_form_sent_while_the_database_is_away_is_not_lost(
    client: FlaskClient, tools: Tools
) -> None:
    make.logged_in(client, tools, "operator")
    form = hidden(client.get(FORM).text) | filled()
    nowhere = make.settings("postgresql://nobody@127.0.0.1:9/nothing", "redis://127.0.0.1:9/0")
    client.application.extensions[EXTENSION] = make.tools(nowhere, SilentBell())
    away = client.post(FORM, data=form, headers=ORIGIN)
    assert away.status_code == 503
    assert form["text"] in away.text
    client.application.extensions[EXTENSION] = tools
    again = hidden(away.text) | {"text": form["text"]}
    assert client.post(FORM, data=again).status_code == 201
