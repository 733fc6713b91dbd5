"""A letter on paper."""

from flask.testing import FlaskClient

from app.actions import refer
from app.tools import Tools
from tests import make

BANK = make.staff("bank-melli")


def test_the_sheet_has_all_that_a_file_needs_and_no_button_that_changes_anything(
    client: FlaskClient, tools: Tools
) -> None:
    make.logged_in(client, tools, "agency", "bank-melli")
    code: str = make.register(tools, county="پاوه")["tracking_code"]
    refer.claim(tools, BANK, code)
    page = client.get(f"/desk/{code}/print").text
    sheet = page[page.index('<article class="paper"') : page.index("</article>")]
    for words in (make.LOAN, "مریم کرمانی", "پاوه", "بانک ملی", "کارشناس برداشت", "امضای کارشناس"):
        assert words in sheet
    assert "<form" not in sheet
    assert "<button" not in sheet
    assert f'href="/desk/{code}/print"' in client.get(f"/desk/{code}").text


def test_nobody_prints_a_letter_of_another_agency(client: FlaskClient, tools: Tools) -> None:
    make.logged_in(client, tools, "agency", "bank-mellat")
    code = make.register(tools)["tracking_code"]
    assert client.get(f"/desk/{code}/print").status_code == 404
