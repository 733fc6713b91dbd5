"""What RQ may call. A job carries no data: the outbox knows what is due."""

from app import doorbell
from workers.tools import drain, workshop

# Short, so that a worker that is told to stop has soon finished; the rest rings again.
DRAIN_SECONDS = 5.0


def drain_outbox() -> None:
    """Answer the doorbell first, then send what is due. Safe to repeat and to run many times."""
    shop = workshop()
    doorbell.answered(shop.redis)
    if drain(shop, DRAIN_SECONDS):
        shop.tools.bell.ring()
