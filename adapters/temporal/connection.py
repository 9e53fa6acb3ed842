"""Connects to Temporal, with every payload, failure message and stack trace sealed."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes
from temporalio.runtime import Runtime
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
    """Connect; raises what the SDK raises when the server does not answer."""
    return await Client.connect(
        target.address,
        namespace=target.namespace,
        tls=_tls(target.tls) if target.tls else None,
        api_key=target.api_key,
        data_converter=sealing_converter(keys),
        runtime=runtime,
    )


def _tls(files: TlsFiles) -> TLSConfig:
    return TLSConfig(
        server_root_ca_cert=_bytes(files.ca_file),
        client_cert=_bytes(files.cert_file),
        client_private_key=_bytes(files.key_file),
        domain=files.server_name,
    )


def _bytes(path: Path | None) -> bytes | None:
    return path.read_bytes() if path else None
