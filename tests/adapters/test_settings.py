"""Settings: every fault names its variable and shows no value."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from adapters.settings import PREFIX, LogFormat, Settings, SettingsFault, load_settings


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)


def test_without_any_variable_the_defaults_are_those_of_up() -> None:
    settings = load_settings()

    assert settings.state_dir == Path("var")
    assert settings.payload_keys_path == Path("var/payload-keys.json")
    assert settings.temporal_target().tls is None
    assert settings.log_format is LogFormat.JSON


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TILBAKE_HEALTH_PORT", "eighty"),
        ("TILBAKE_HEALTH_PORT", "70000"),
        ("TILBAKE_LOG_LEVEL", "loud"),
        ("TILBAKE_LOG_FORMAT", "xml"),
        ("TILBAKE_TEMPORAL_ADDRESS", "https://temporal.example"),
        ("TILBAKE_SMTP_TLS", "maybe"),
        ("TILBAKE_BASE_URL", "example.org"),
        ("TILBAKE_MAX_CACHED_CASES", "-1"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsFault, match=f"^{name}: ") as fault:
        load_settings()
    assert value not in str(fault.value)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"TEMPORAL_TLS_CERT_FILE": "c.pem"}, "TILBAKE_TEMPORAL_TLS_KEY_FILE"),
        ({"SMTP_USER": "mailer"}, "TILBAKE_SMTP_PASSWORD"),
        ({"KEYS": "{}", "KEYS_FILE": "k.json"}, "TILBAKE_KEYS_FILE"),
        ({"KEK": "{}", "KEK_FILE": "k.json"}, "TILBAKE_KEK_FILE"),
        ({"SMTP_HOST": "mail.example"}, "TILBAKE_SMTP_FROM"),
    ],
)
def test_what_belongs_together_is_asked_for_together(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], named: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(PREFIX + name, value)

    with pytest.raises(SettingsFault, match=named):
        load_settings()


def test_several_faults_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILBAKE_HEALTH_PORT", "eighty")
    monkeypatch.setenv("TILBAKE_LOG_LEVEL", "loud")

    with pytest.raises(SettingsFault, match=r"\(\+1 more\)$"):
        load_settings()


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILBAKE_DATABASE_URL", "postgresql://u:hush@h/d")
    monkeypatch.setenv("TILBAKE_TEMPORAL_API_KEY", "hush")
    settings = load_settings()

    assert "hush" not in repr(settings)
    assert "hush" not in repr(settings.temporal_target())
    assert settings.needed_database_url() == "postgresql://u:hush@h/d"


def test_a_missing_database_is_named() -> None:
    with pytest.raises(SettingsFault, match="TILBAKE_DATABASE_URL"):
        Settings().needed_database_url()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TILBAKE_TEMPORAL_TLS", "true"),
        ("TILBAKE_TEMPORAL_TLS_CA_FILE", "ca.pem"),
        ("TILBAKE_TEMPORAL_API_KEY", "hush"),
    ],
)
def test_a_certificate_or_an_api_key_turns_tls_on(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    assert load_settings().temporal_target().tls is not None


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILBAKE_BUILD_ID", "")

    assert load_settings().build_id is None
