"""What agencies, triage and the supervisor ask."""

from uuid import uuid4

from tests.web import world as w
from tests.web.ways import SEARCHED, Ask, Way, at, colleague, image, many, post, template
from tests.web.world import World

WAYS = {
    "GET /desk": Way("manager", 7, at("/desk")),
    "POST /desk/search": Way("manager", 8, lambda _: Ask("/desk/search", {"q": SEARCHED})),
    "POST /desk/claim": Way("agency", 5, many("/desk/claim", World.new), 303),
    "POST /desk/assign": Way(
        "manager",
        6,
        lambda x: Ask(
            "/desk/assign", {"code": [x.new() for _ in range(min(x.size, 25))], "to": colleague(x)}
        ),
        303,
    ),
    "GET /desk/<string:code>": Way("agency", 13, at("/desk/{rich}")),
    "GET /desk/<string:code>/print": Way("agency", 9, at("/desk/{rich}/print")),
    "POST /desk/<string:code>/claim": Way("agency", 5, post("/desk/{}/claim", World.new), 303),
    "POST /desk/<string:code>/forward": Way(
        "agency", 6, post("/desk/{}/forward", World.mine, branch="پاوه"), 303
    ),
    "POST /desk/<string:code>/return": Way(
        "agency", 10, post("/desk/{}/return", World.mine, reason=w.WRONG), 303
    ),
    "POST /desk/<string:code>/answer": Way(
        "agency",
        15,
        lambda x: Ask(
            f"/desk/{x.mine()}/answer",
            {"outcome": "done", "text": w.WORDS, "anyway": "1", "files": image()},
        ),
        303,
    ),
    "POST /desk/<string:code>/files": Way(
        "agency", 20, lambda x: Ask(f"/desk/{x.mine()}/files", {"files": image()}), 201
    ),
    "POST /desk/<string:code>/ask": Way(
        "agency", 9, post("/desk/{}/ask", World.mine, question="شمارهٔ پرونده؟"), 303
    ),
    "POST /desk/<string:code>/pause": Way(
        "agency",
        9,
        post("/desk/{}/pause", World.mine, cause="document", days="3", words="مدرک"),
        303,
    ),
    "POST /desk/<string:code>/assign": Way(
        "agency", 6, lambda x: Ask(f"/desk/{x.mine()}/assign", {"to": colleague(x)}), 303
    ),
    "GET /desk/templates": Way("agency", 3, at("/desk/templates")),
    "POST /desk/templates": Way(
        "agency",
        6,
        lambda _: Ask("/desk/templates", {"title": uuid4().hex, "text": "در نوبت"}),
        303,
    ),
    "POST /desk/templates/<uuid:template>/retire": Way(
        "agency", 5, post("/desk/templates/{}/retire", template), 303
    ),
    "GET /news/desk": Way("agency", 3, at("/news/desk?since=2020-01-01T00:00:00Z")),
    "GET /news/triage": Way("triage", 2, at("/news/triage?since=2020-01-01T00:00:00Z")),
    "GET /news/letter/<string:code>": Way("agency", 5, at("/news/letter/{rich}?seen=0.0")),
    "GET /triage": Way("triage", 4, at("/triage")),
    "GET /triage/next": Way("triage", 4, at("/triage/next"), 302),
    "GET /triage/<string:code>": Way("triage", 12, at("/triage/{unclear}")),
    "POST /triage/<string:code>": Way(
        "triage",
        11,
        lambda x: Ask(
            f"/triage/{x.waiting()}",
            {
                "agency": "welfare",
                "reason": w.RIGHT,
                "also": [x.waiting() for _ in range(min(x.size, 25))],
            },
        ),
        303,
    ),
    "POST /triage/<string:code>/merge": Way(
        "triage",
        9,
        lambda x: Ask(
            f"/triage/{x.waiting(citizen=x.citizen)}/merge", {"into": x.new(citizen=x.citizen)}
        ),
        303,
    ),
    "GET /supervisor": Way("supervisor", 8, at("/supervisor")),
    "GET /supervisor/returned": Way("supervisor", 3, at("/supervisor/returned")),
    "GET /supervisor/returned/<string:code>": Way(
        "supervisor", 9, at("/supervisor/returned/{thrice}")
    ),
    "POST /supervisor/returned/<string:code>": Way(
        "supervisor",
        10,
        post("/supervisor/returned/{}", World.objected, agency="welfare", reason=w.RIGHT),
        303,
    ),
}
