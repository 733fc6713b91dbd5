"""What programs ask: the API, the provider, those who watch."""

from uuid import uuid4

from tests import make
from tests.web import world as w
from tests.web.ways import Ask, Way, api, as_api, at, by_query, delivery, inbound
from tests.web.world import World

API = "/api/v1/correspondences"

WAYS = {
    "GET /healthz": Way("", 0, at("/healthz")),
    "GET /readyz": Way("", 1, at("/readyz")),
    "GET /metrics": Way("", 4, at("/metrics")),
    "GET /api/v1/openapi.json": Way("", 0, at("/api/v1/openapi.json")),
    "POST /api/v1/correspondences": Way(
        "token:operator",
        4,
        lambda _: Ask(API, json=make.payload(), headers={"Idempotency-Key": uuid4().hex}),
        201,
    ),
    "GET /api/v1/correspondences/<string:tracking_code>": Way(
        "token:agency", 5, at(API + "/{rich}")
    ),
    "POST /api/v1/correspondences/<string:tracking_code>/claim": Way(
        "token:agency", 5, api("claim", World.new)
    ),
    "POST /api/v1/correspondences/<string:tracking_code>/forward": Way(
        "token:agency", 6, api("forward", World.new, branch="پاوه")
    ),
    "POST /api/v1/correspondences/<string:tracking_code>/return": Way(
        "token:agency", 10, api("return", World.new, reason=w.WRONG)
    ),
    "POST /api/v1/correspondences/<string:tracking_code>/refer": Way(
        "token:triage", 11, api("refer", World.waiting, agency="welfare", reason=w.RIGHT)
    ),
    "POST /api/v1/correspondences/<string:tracking_code>/answer": Way(
        "token:agency",
        8,
        lambda x: Ask(
            f"{API}/{x.token_claimed()}/answer", json={"outcome": "done", "text": w.WORDS}
        ),
    ),
    "GET /api/v1/queue": Way("token:agency", 2, at("/api/v1/queue")),
    "GET /api/v1/capacity": Way("token:operator", 3, at("/api/v1/capacity")),
    "GET /api/v1/ledger": Way("token:supervisor", 2, at("/api/v1/ledger")),
    "POST /api/v1/track": Way(
        "",
        2,
        lambda x: Ask("/api/v1/track", json={"tracking_code": x.rich, "mobile_last4": w.LAST4}),
    ),
    "POST /hooks/kavenegar/<string:secret>/delivery": Way("", 1, delivery),
    "GET /hooks/kavenegar/<string:secret>/delivery": Way("", 1, by_query(delivery)),
    "POST /hooks/kavenegar/<string:secret>/inbound": Way("", 9, inbound),
    "GET /hooks/kavenegar/<string:secret>/inbound": Way("", 9, by_query(inbound)),
    "POST /api/v1/hooks/kavenegar/<string:secret>/delivery": Way("", 1, as_api(delivery)),
    "GET /api/v1/hooks/kavenegar/<string:secret>/delivery": Way("", 1, by_query(as_api(delivery))),
    "POST /api/v1/hooks/kavenegar/<string:secret>/inbound": Way("", 9, as_api(inbound)),
    "GET /api/v1/hooks/kavenegar/<string:secret>/inbound": Way("", 9, by_query(as_api(inbound))),
}
