"""The workers' composition root: what jobs and the poller work with, made once a process."""

from dataclasses import dataclass
from functools import cache

from redis import Redis

from app import doorbell
from app.tools import Tools, from_settings
from config import Settings
from routing.loading import default_rules
from sms.gateway import Gateway
from sms.kavenegar import Kavenegar


@dataclass(frozen=True, slots=True)
class Workshop:
    """Everything a worker needs."""

    settings: Settings
    tools: Tools
    gateway: Gateway
    redis: Redis


@cache
def workshop() -> Workshop:
    """Read the environment and wire; raises BadSettings."""
    settings = Settings.from_env()
    redis = doorbell.connect(settings.redis_url)
    bell = doorbell.RedisDoorbell(redis)
    tools = from_settings(settings, default_rules(), bell)
    return Workshop(settings, tools, gateway(settings), redis)


def gateway(settings: Settings) -> Gateway:
    return Kavenegar(
        settings.kavenegar_api_key.get_secret_value(),
        settings.kavenegar_sender,
        base_url=settings.kavenegar_base_url,
    )
