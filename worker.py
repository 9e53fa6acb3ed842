"""Process entry of the Temporal worker: settings, then work until a stop signal, then exit 0."""

from __future__ import annotations

import sys

from service.worker_process import main

if __name__ == "__main__":
    sys.exit(main())
