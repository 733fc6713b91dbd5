"""Settings: frozen, typed, read once from the environment by the composition roots."""

import base64
import binascii
import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

KEY_BYTES = 32
SHORT_SECRET = 16
PER_PHONE = 12  # four letters of one day, from the first receipt to the answer


class BadSettings(Exception):
    """One message that names every missing or malformed setting."""


def _sqlalchemy_url(url: str) -> str:
    found = re.match(r"postgres(?:ql)?(?:\+psycopg)?://(?=.)", url)
    if not found:
        raise ValueError("must begin with postgresql://")
    return "postgresql+psycopg://" + url[found.end() :]


def _redis_url(url: str) -> str:
    if not re.match(r"(rediss?|unix)://.", url):
        raise ValueError("must begin with redis://, rediss:// or unix://")
    return url


def decode_key(text: str) -> bytes:
    """32 bytes from base64; raises ValueError on anything else."""
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("must be base64") from error
    if len(key) != KEY_BYTES:
        raise ValueError(f"must be {KEY_BYTES} bytes in base64")
    return key


def _index_key(secret: SecretStr) -> SecretStr:
    decode_key(secret.get_secret_value())
    return secret


def _key_ring(secret: SecretStr) -> SecretStr:
    parse_ring(secret.get_secret_value())
    return secret


def parse_ring(text: str) -> dict[int, bytes]:
    """`1:BASE64[,2:BASE64…]` → {1: key, 2: key}; the first one seals, all of them open."""
    ring: dict[int, bytes] = {}
    for part in text.split(","):
        number, _, key = part.strip().partition(":")
        if not number.isdigit() or not 1 <= int(number) <= 255:
            raise ValueError("must look like 1:BASE64,2:BASE64 with numbers 1–255")
        ring[int(number)] = decode_key(key)
    return ring


def _hours(text: str) -> str:
    found = re.fullmatch(r"([0-9]|1[0-9]|2[0-3])-([0-9]|1[0-9]|2[0-3])", text)
    if found is None or found[1] == found[2]:
        raise ValueError("must be two different hours between 0 and 23, like 21-8")
    return text


def _long_secret(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value()) < SHORT_SECRET:
        raise ValueError(f"must have at least {SHORT_SECRET} characters")
    return secret


DatabaseUrl = Annotated[str, AfterValidator(_sqlalchemy_url), Field(repr=False)]
RedisUrl = Annotated[str, AfterValidator(_redis_url), Field(repr=False)]
LongSecret = Annotated[SecretStr, AfterValidator(_long_secret)]


class Settings(BaseSettings):
    """Everything that differs between one installation and another."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    database_url: DatabaseUrl
    redis_url: RedisUrl
    samaneh_secret_key: LongSecret
    samaneh_data_key: Annotated[SecretStr, AfterValidator(_key_ring)]
    samaneh_index_key: Annotated[SecretStr, AfterValidator(_index_key)]
    samaneh_hook_secret: LongSecret
    kavenegar_api_key: SecretStr
    kavenegar_base_url: Annotated[str, Field(pattern=r"^https?://[^/]+")]
    kavenegar_sender: Annotated[str, Field(pattern=r"^\+?\d{4,15}$")] = "10004346"
    faraz_api_key: SecretStr | None = None
    faraz_base_url: Annotated[str, Field(pattern=r"^https?://[^/]+")] = (
        "https://api.iranpayamak.com"
    )
    faraz_sender: Annotated[str, Field(pattern=r"^[0-9]{4,20}$")] | None = None
    call_cap: Annotated[int, Field(ge=0, le=1_000_000)] = 1000
    callback_share: Annotated[float, Field(gt=0, le=1)] = 0.3
    samaneh_env: Literal["development", "production"] = "development"
    samaneh_province: Annotated[str, Field(pattern=r"^[a-z-]{2,40}$")] = "kermanshah"
    web_port: Annotated[int, Field(ge=1, le=65535)] = 8111
    samaneh_proxies: Annotated[int, Field(ge=0, le=5)] = 0
    samaneh_objection_days: Annotated[int, Field(ge=0, le=365)] = 15
    sms_grace_seconds: Annotated[int, Field(ge=5, le=3600)] = 300
    sms_connections: Annotated[int, Field(ge=1, le=64)] = 24
    sms_lease_seconds: Annotated[int, Field(ge=25, le=600)] = 60
    sms_probe_seconds: Annotated[int, Field(ge=1, le=3600)] = 30
    sms_failover_seconds: Annotated[int, Field(ge=1, le=86_400)] = 300
    sms_quiet_hours: Annotated[str, AfterValidator(_hours)] | None = None
    sms_rate: Annotated[float | None, Field(ge=1, le=10_000)] = None
    sms_daily_per_phone: Annotated[int, Field(ge=0, le=10_000)] | None = None
    sms_array_from: Annotated[int, Field(ge=0, le=10_000)] = 0
    sms_least_credit: Annotated[int, Field(ge=0)] = 500_000
    database_pool: Annotated[int, Field(ge=1, le=100)] = 8

    @property
    def production(self) -> bool:
        return self.samaneh_env == "production"

    @property
    def per_phone(self) -> int:
        """Receipts for one phone on one day; 0 for any number, as where invented phones are few."""
        unless_set = PER_PHONE if self.production else 0
        return unless_set if self.sms_daily_per_phone is None else self.sms_daily_per_phone

    @property
    def data_keys(self) -> dict[int, bytes]:
        return parse_ring(self.samaneh_data_key.get_secret_value())

    @property
    def index_key(self) -> bytes:
        return decode_key(self.samaneh_index_key.get_secret_value())

    @model_validator(mode="after")
    def _production_speaks_to_the_real_provider(self) -> Self:
        addresses = {
            "KAVENEGAR_BASE_URL": self.kavenegar_base_url,
            "FARAZ_BASE_URL": self.faraz_base_url,
        }
        keys = {"KAVENEGAR_API_KEY": self.kavenegar_api_key, "FARAZ_API_KEY": self.faraz_api_key}
        for name, url in addresses.items():
            if self.production and not url.startswith("https://"):
                raise ValueError(f"{name} must be https in production")
        for name, key in keys.items():
            if self.production and key is not None and key.get_secret_value() == "dev":
                raise ValueError(f"{name} must not be the local gateway's in production")
        return self

    @model_validator(mode="after")
    def _the_second_provider_has_a_line(self) -> Self:
        if self.faraz_api_key is not None and self.faraz_sender is None:
            raise ValueError("FARAZ_SENDER must be set where FARAZ_API_KEY is")
        return self

    @classmethod
    def from_env(cls) -> Self:
        """Read the environment; raises BadSettings naming every fault at once, never a value."""
        try:
            return cls()
        except ValidationError as error:
            raise BadSettings(_describe(error)) from None


def _describe(error: ValidationError) -> str:
    faults = [
        f"  {'.'.join(str(part) for part in fault['loc']).upper() or 'settings'}: "
        + ("is not set" if fault["type"] == "missing" else fault["msg"])
        for fault in error.errors(include_url=False, include_input=False)
    ]
    return "These settings are missing or malformed:\n" + "\n".join(sorted(faults))
