"""Print a new key ring: random keys, as JSON. Needs Python only.

umask 077; python3 new_key_ring.py > kek.json
"""

from __future__ import annotations

import base64
import json
import secrets


def key() -> str:
    """Make one AES-256 key."""
    return base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def main() -> None:
    """Print a ring of one key and an index key."""
    name = f"k-{secrets.token_hex(4)}"
    ring = {"current": name, "keys": {name: key()}, "index": key()}
    print(json.dumps(ring, indent=2))


if __name__ == "__main__":
    main()
