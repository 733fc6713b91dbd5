"""The workers' composition root: what jobs and the poller work with, made once a process."""

from dataclasses import dataclass
from functools import cache

from redis import Redis

from app import doorbell
from app.actions import outbox
from app.tools import Tools, from_settings
from config import Settings
from routing.loading import default_rules
from sms.faraz import Faraz
from sms.gateway import Gateway
from sms.kavenegar import Kavenegar


@dataclass(frozen=True, slots=True)
class Workshop:
    """Everything a worker needs."""

    settings: Settings
    tools: Tools
    gateways: tuple[Gateway, ...]  # the first one, and the second if there is one
    redis: Redis


@cache
def workshop() -> Workshop:
    """Read the environment and wire; raises BadSettings."""
    settings = Settings.from_env()
    redis = doorbell.connect(settings.redis_url)
    bell = doorbell.RedisDoorbell(redis)
    tools = from_settings(settings, default_rules, bell)
    return Workshop(settings, tools, gateways(settings), redis)


def gateways(settings: Settings) -> tuple[Gateway, ...]:
    """The first provider, then the second one where its key is set."""
    first = Kavenegar(
        settings.kavenegar_api_key.get_secret_value(),
        settings.kavenegar_sender,
        base_url=settings.kavenegar_base_url,
    )
    if settings.faraz_api_key is None or settings.faraz_sender is None:
        return (first,)
    key = settings.faraz_api_key.get_secret_value()
    return first, Faraz(key, settings.faraz_sender, base_url=settings.faraz_base_url)


def drain(shop: Workshop, seconds: float) -> int:
    """Send what is due, first by the first provider; returns how many were spoken for."""
    connections = shop.settings.sms_connections
    return sum(outbox.drain(shop.tools, gateway, connections, seconds) for gateway in shop.gateways)
