"""Prepares a namespace: search attributes and retention. Harmless to repeat."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

SEARCH_ATTRIBUTES: Final[Mapping[str, str]] = MappingProxyType(
    {"CasePhase": "Keyword", "OverdueDuties": "Int"}
)
"""Names and types: codes and counts only, since Temporal stores them in clear."""

RETENTION: Final = timedelta(hours=87600)
"""Ten years: a continued run of an open case must not vanish before its case."""

_TYPES: Final = {
    "Keyword": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "Int": IndexedValueType.INDEXED_VALUE_TYPE_INT,
}


async def prepare_namespace(client: Client, *, retention: timedelta = RETENTION) -> None:
    """Register search attributes and keep histories long enough; for a server of one's own."""
    await register_search_attributes(client)
    await _raise_retention(client, retention)


async def register_search_attributes(client: Client) -> None:
    """Register what workflows upsert; without it their tasks fail until somebody does."""
    listed = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    missing = {
        name: _TYPES[kind]
        for name, kind in SEARCH_ATTRIBUTES.items()
        if name not in listed.custom_attributes
    }
    if not missing:
        return
    try:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
        )
    except RPCError as fault:
        # Another process that started at the same time was first.
        if fault.status is not RPCStatusCode.ALREADY_EXISTS:
            raise


async def _raise_retention(client: Client, retention: timedelta) -> None:
    described = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=client.namespace)
    )
    if described.config.workflow_execution_retention_ttl.ToTimedelta() >= retention:
        return
    wanted = Duration()
    wanted.FromTimedelta(retention)
    await client.workflow_service.update_namespace(
        UpdateNamespaceRequest(
            namespace=client.namespace,
            config=NamespaceConfig(workflow_execution_retention_ttl=wanted),
        )
    )
