"""What strangers ask, and who logs in or out."""

from tests import make
from tests.web import world as w
from tests.web.ways import Ask, Way, answer_file, at, login, own, proved, reply
from tests.web.world import World

WAYS = {
    "GET /": Way("", 0, at("/")),
    "GET /track": Way("", 0, at("/track")),
    "POST /track": Way("", 8, own("/track", lambda x: x.first)),
    "POST /track/satisfied": Way("", 13, own("/track/satisfied", World.answered)),
    "POST /track/objection": Way("", 16, own("/track/objection", World.answered, objection=w.LATE)),
    "POST /track/reply": Way("", 14, reply),
    "POST /track/file": Way("", 4, answer_file),
    "GET /track/satisfied": Way("", 0, at("/track/satisfied"), 302),
    "GET /track/objection": Way("", 0, at("/track/objection"), 302),
    "GET /track/reply": Way("", 0, at("/track/reply"), 302),
    "GET /letter": Way("", 0, at("/letter")),
    "POST /letter": Way("", 8, lambda _: Ask("/letter", {"mobile": make.mobile()}), 303),
    "GET /letter/write": Way("", 3, at("/letter/write")),
    "POST /letter/number": Way("", 0, lambda _: Ask("/letter/number", {})),
    "POST /letter/send": Way("", 6, proved, 201),
    "GET /letter/number": Way("", 0, at("/letter/number"), 302),
    "GET /letter/send": Way("", 0, at("/letter/send"), 302),
    "GET /home": Way("operator", 1, at("/home"), 302),
    "GET /login": Way("operator", 1, at("/login"), 302),
    "POST /login": Way("coming", 4, login, 302),
    "POST /logout": Way("leaving operator", 1, lambda _: Ask("/logout", {}), 302),
    "GET /static/<path:filename>": Way("", 0, at("/static/css/page.css")),
}
