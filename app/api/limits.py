"""How often a stranger may ask: counted in Redis, in memory while Redis is away."""

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(
    key_func=get_remote_address,
    key_prefix="rq:limits",
    in_memory_fallback_enabled=True,
    headers_enabled=False,
)
