"""Fixtures that every part of the tests may ask for."""

from __future__ import annotations

pytest_plugins = ["tests.support.database"]
