"""Data keys and sealed documents in PostgreSQL; keys leave here for one operation only.

Nothing is cached: once a person's key row is gone, no process can open the texts.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Collection
from pathlib import Path
from typing import Final, TypeAlias

import asyncpg

from adapters.postgres.pool import Pool, PooledConnection
from adapters.sql_files import statement
from adapters.vault.errors import DocumentUnknown, Erased, Tampered
from adapters.vault.keyring import KeyRing, WrappedKey
from adapters.vault.sealing import new_data_key, open_text, seal_text
from domain.facts import DocumentRef

Runner: TypeAlias = Pool | PooledConnection

_HERE: Final = Path(__file__).parent


class PostgresVault:
    """Seals and opens texts of persons."""

    def __init__(self, pool: Pool, ring: KeyRing) -> None:
        self._pool = pool
        self.ring = ring

    async def seal(self, person: str, field: str, text: str) -> bytes:
        """Seal a text of a person.

        Raises:
            Erased: the person has no data key.
        """
        return seal_text(await self._data_key(person), person, field, text)

    async def open(self, person: str, field: str, sealed: bytes) -> str:
        """Open a sealed text.

        Raises:
            Erased: the person has no data key any more.
            Tampered: it was not sealed for this person and field.
            KeyMissing: its key-encryption key is not in the ring.
        """
        return open_text(await self._data_key(person), person, field, sealed)

    async def store_document(self, person: str, text: str, field: str = "text") -> DocumentRef:
        """Seal and store a text; the reference is what a command carries."""
        document = f"d-{base64.b32encode(secrets.token_bytes(15)).decode().lower()}"
        sealed = await self.seal(person, _document_field(document, field), text)
        digest = hashlib.sha256(sealed).hexdigest()
        await self._pool.execute(
            statement(_HERE, "add_document"), document, person, field, sealed, digest
        )
        return DocumentRef(document_id=document, sha256=digest)

    async def open_document(self, document: DocumentRef) -> str:
        """Open a stored text, after its ciphertext was compared with the reference.

        Raises:
            DocumentUnknown: there is no such document (any more).
            Tampered: the ciphertext is not the one that the event names.
        """
        row = await self._pool.fetchrow(statement(_HERE, "document"), document.document_id)
        if row is None:
            raise DocumentUnknown(f"there is no document {document.document_id}")
        digest = hashlib.sha256(row["sealed"]).hexdigest()
        if not hmac.compare_digest(digest, document.sha256):
            raise Tampered(f"document {document.document_id} is not the one that was recorded")
        field = _document_field(document.document_id, row["field"])
        return await self.open(row["person_id"], field, row["sealed"])

    async def drop_document(self, document: DocumentRef) -> None:
        """Delete a text that no event names: the command that carried it was refused."""
        await self._pool.execute(statement(_HERE, "drop_document"), document.document_id)

    async def erase(self, person: str) -> bool:
        """Delete the person's data key, names and index rows; False when it was done before."""
        return bool(await self._pool.fetchval(statement(_HERE, "erase"), person))

    async def rewrap(self) -> int:
        """Wrap all data keys anew under the current key-encryption key; give how many."""
        done = 0
        while count := await self._rewrap_some():
            done += count
        return done

    async def add_keys(self, runner: Runner, persons: Collection[str]) -> dict[str, bytes]:
        """Make data keys for new persons, whose rows exist; give the keys that hold."""
        rows = []
        for person in persons:
            fresh = self.ring.wrap(new_data_key())
            rows.append((person, fresh.wrapped, fresh.key_id))
        await runner.executemany(statement(_HERE, "add_key"), rows)
        return await self.data_keys(runner, persons)

    async def data_keys(self, runner: Runner, persons: Collection[str]) -> dict[str, bytes]:
        """Give the data keys of those persons who have one."""
        rows = await runner.fetch(statement(_HERE, "keys"), list(persons))
        return {row["person_id"]: self.ring.unwrap(_stored(row)) for row in rows}

    async def _data_key(self, person: str) -> bytes:
        keys = await self.data_keys(self._pool, [person])
        if person not in keys:
            raise Erased(person)
        return keys[person]

    async def _rewrap_some(self) -> int:
        async with self._pool.acquire() as connection, connection.transaction():
            found = await connection.fetch(statement(_HERE, "keys_to_rewrap"), self.ring.current)
            for row in found:
                fresh = self.ring.wrap(self.ring.unwrap(_stored(row)))
                await connection.execute(
                    statement(_HERE, "rewrap"), row["person_id"], fresh.wrapped, fresh.key_id
                )
            return len(found)


def _stored(row: asyncpg.Record) -> WrappedKey:
    return WrappedKey(key_id=row["kek_id"], wrapped=row["wrapped_key"])


def _document_field(document: str, field: str) -> str:
    # Bound to its id, so that two documents of one person cannot be swapped.
    return f"document/{document}/{field}"
