"""What operators ask."""

from uuid import uuid4

from tests.web import world as w
from tests.web.ways import Ask, Way, at, download, filled, image, new_box, post, reply_by_phone
from tests.web.world import World

WAYS = {
    "GET /operator": Way("operator", 6, at("/operator")),
    "POST /operator": Way(
        "operator", 16, lambda x: Ask("/operator", filled(batch=x.full, files=image())), 201
    ),
    "POST /operator/attach": Way(
        "operator",
        20,
        lambda x: Ask("/operator/attach", filled(to=x.rich, national_id=x.writer, files=image())),
        201,
    ),
    "POST /operator/preview": Way("operator", 1, lambda _: Ask("/operator/preview", filled())),
    "POST /operator/earlier": Way(
        "operator",
        2,
        lambda x: Ask("/operator/earlier", filled(national_id=x.citizen["national_id"])),
    ),
    "GET /operator/capacity": Way("operator", 3, at("/operator/capacity")),
    "GET /operator/callbacks": Way("operator", 4, at("/operator/callbacks")),
    "POST /operator/callbacks/<uuid:callback>/reached": Way(
        "operator", 12, post("/operator/callbacks/{}/reached", World.callback), 201
    ),
    "POST /operator/callbacks/<uuid:callback>/not-reached": Way(
        "operator", 5, post("/operator/callbacks/{}/not-reached", World.callback), 302
    ),
    "GET /operator/find": Way("operator", 2, at("/operator/find")),
    "POST /operator/find": Way(
        "operator", 3, lambda x: Ask("/operator/find", {"asked": x.citizen["national_id"]})
    ),
    "GET /operator/letters/<string:code>": Way("operator", 10, at("/operator/letters/{rich}")),
    "POST /operator/letters/<string:code>/notes": Way(
        "operator",
        11,
        lambda x: Ask(
            f"/operator/letters/{x.rich}/notes",
            {"key": uuid4().hex, "text": "باز زنگ زد.", "files": image()},
        ),
        303,
    ),
    "POST /operator/letters/<string:code>/objection": Way(
        "operator", 9, post("/operator/letters/{}/objection", World.wished, objection=w.LATE), 303
    ),
    "POST /operator/letters/<string:code>/reply": Way("operator", 12, reply_by_phone, 303),
    "GET /operator/wished": Way("operator", 3, at("/operator/wished")),
    "GET /operator/boxes": Way("operator", 4, at("/operator/boxes")),
    "POST /operator/boxes": Way("operator", 5, new_box, 303),
    "GET /operator/boxes/<string:number>": Way("operator", 4, at("/operator/boxes/{full}")),
    "POST /operator/boxes/<string:number>/close": Way(
        "operator", 6, post("/operator/boxes/{}/close", World.box, reason="پاکت‌ها خالی بودند"), 303
    ),
    "GET /owed": Way("operator", 3, at("/owed")),
    "POST /owed/<uuid:receipt>": Way(
        "operator", 8, post("/owed/{}", World.owed, decision="told"), 303
    ),
    "GET /files/<string:code>/<uuid:file>": Way("operator", 5, download),
}
