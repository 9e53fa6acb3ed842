"""Connects to Temporal, with every payload, failure message and stack trace sealed."""

from __future__ import annotations

import dataclasses
import logging
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)
from temporalio.service import TLSConfig

from adapters.temporal.codec import SealingCodec
from adapters.temporal.keys import PayloadKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFiles:
    """Certificates of a connection; all optional: without a client certificate it is plain TLS."""

    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    server_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporalTarget:
    """Where Temporal is, and how to be let in."""

    address: str
    namespace: str = "default"
    tls: TlsFiles | None = None
    api_key: str | None = field(default=None, repr=False)


def sealing_converter(keys: PayloadKeys) -> DataConverter:
    """Give the data converter that every client of tilbake uses, tests and replays included."""
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=SealingCodec(keys),
        # Without it messages and stack traces of failures stay readable.
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


async def connect(
    target: TemporalTarget, keys: PayloadKeys, *, runtime: Runtime | None = None
) -> Client:
    """Connect; raises what the SDK raises when the server does not answer.

    Without a runtime of one's own, what the SDK's core logs goes where the process logs: by
    itself it would write to standard output.
    """
    return await Client.connect(
        target.address,
        namespace=target.namespace,
        tls=_tls(target.tls) if target.tls else None,
        api_key=target.api_key,
        data_converter=sealing_converter(keys),
        runtime=runtime or _logging_runtime(),
    )


@cache
def _logging_runtime() -> Runtime:
    forwarding = LogForwardingConfig(
        logger=logging.getLogger("temporalio.core"),
        # Fields of a line may repeat what was sent.
        append_log_fields_to_message=False,
        prepend_target_on_message=False,
    )
    only_faults = TelemetryFilter(core_level="WARN", other_level="ERROR")
    logs = LoggingConfig(filter=only_faults, forwarding=forwarding)
    return Runtime(telemetry=TelemetryConfig(logging=logs))


def _tls(files: TlsFiles) -> TLSConfig:
    return TLSConfig(
        server_root_ca_cert=_bytes(files.ca_file),
        client_cert=_bytes(files.cert_file),
        client_private_key=_bytes(files.key_file),
        domain=files.server_name,
    )


def _bytes(path: Path | None) -> bytes | None:
    return path.read_bytes() if path else None
