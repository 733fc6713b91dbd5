"""Settings: all faults at once, no secret in any message."""

import pytest

from config import BadSettings, Settings, parse_ring
from tests import make

RIGHT = {
    "DATABASE_URL": "postgresql://u:p@h/d",
    "REDIS_URL": "redis://h/0",
    "SAMANEH_SECRET_KEY": "a-long-enough-secret",
    "SAMANEH_DATA_KEY": f"1:{make.KEY}",
    "SAMANEH_INDEX_KEY": make.KEY,
    "SAMANEH_HOOK_SECRET": "another-long-secret",
    "KAVENEGAR_API_KEY": "q7f3-provider",
    "KAVENEGAR_BASE_URL": "https://api.example.ir",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in RIGHT.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_right_settings_are_read(environment: pytest.MonkeyPatch) -> None:
    settings = Settings.from_env()
    assert settings.database_url == "postgresql+psycopg://u:p@h/d"
    assert settings.call_cap == 1000
    assert settings.data_keys == {1: bytes(range(32))}


def test_every_missing_and_malformed_setting_is_named_in_one_message(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.delenv("DATABASE_URL")
    environment.setenv("CALL_CAP", "many")
    environment.setenv("SAMANEH_DATA_KEY", "1:short")
    environment.setenv("REDIS_URL", "http://h")
    with pytest.raises(BadSettings) as refused:
        Settings.from_env()
    for name in ("DATABASE_URL", "CALL_CAP", "SAMANEH_DATA_KEY", "REDIS_URL"):
        assert name in str(refused.value)
    assert "SAMANEH_INDEX_KEY" not in str(refused.value)


def test_no_message_and_no_repr_shows_a_secret(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SAMANEH_HOOK_SECRET", "tiny-secret")
    with pytest.raises(BadSettings) as refused:
        Settings.from_env()
    assert "tiny-secret" not in str(refused.value)
    environment.setenv("SAMANEH_HOOK_SECRET", RIGHT["SAMANEH_HOOK_SECRET"])
    shown = repr(Settings.from_env())
    assert not [v for k, v in RIGHT.items() if k.endswith(("KEY", "SECRET")) and v in shown]
    assert "u:p@h" not in shown


def test_production_speaks_https_with_a_real_key(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SAMANEH_ENV", "production")
    assert Settings.from_env().production
    environment.setenv("KAVENEGAR_BASE_URL", "http://127.0.0.1:8112")
    with pytest.raises(BadSettings, match="https"):
        Settings.from_env()
    environment.setenv("KAVENEGAR_BASE_URL", "https://api.example.ir")
    environment.setenv("KAVENEGAR_API_KEY", "dev")
    with pytest.raises(BadSettings, match="local gateway"):
        Settings.from_env()


def test_a_second_provider_is_as_real_as_the_first_and_has_a_line(
    environment: pytest.MonkeyPatch,
) -> None:
    assert Settings.from_env().faraz_api_key is None
    environment.setenv("FARAZ_API_KEY", "dev")
    with pytest.raises(BadSettings, match="FARAZ_SENDER"):
        Settings.from_env()
    environment.setenv("FARAZ_SENDER", "5000222")
    assert Settings.from_env().faraz_sender == "5000222"
    environment.setenv("SAMANEH_ENV", "production")
    with pytest.raises(BadSettings, match="FARAZ_API_KEY"):
        Settings.from_env()
    environment.setenv("FARAZ_API_KEY", "a-real-key")
    environment.setenv("FARAZ_BASE_URL", "http://127.0.0.1:8112")
    with pytest.raises(BadSettings, match="FARAZ_BASE_URL"):
        Settings.from_env()


def test_phones_are_spared_in_production_unless_said_otherwise(
    environment: pytest.MonkeyPatch,
) -> None:
    assert Settings.from_env().per_phone == 0
    environment.setenv("SAMANEH_ENV", "production")
    assert Settings.from_env().per_phone == 12
    environment.setenv("SMS_DAILY_PER_PHONE", "0")
    assert Settings.from_env().per_phone == 0


@pytest.mark.parametrize("hours", ["8", "8-8", "21-24", "x-y", "-1-5", "۲۱-۸"])
def test_quiet_hours_are_two_different_hours(environment: pytest.MonkeyPatch, hours: str) -> None:
    environment.setenv("SMS_QUIET_HOURS", "21-8")
    assert Settings.from_env().sms_quiet_hours == "21-8"
    environment.setenv("SMS_QUIET_HOURS", hours)
    with pytest.raises(BadSettings, match="hours between"):
        Settings.from_env()


@pytest.mark.parametrize("ring", ["", "x", "0:" + make.KEY, f"1:{make.KEY},", "1:AAAA"])
def test_a_malformed_key_ring_is_refused(ring: str) -> None:
    with pytest.raises(ValueError, match="must"):
        parse_ring(ring)
