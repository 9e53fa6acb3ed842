"""Checks of the machine: policy file, disk, and where mails go."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path
from typing import Final

from adapters.formats.policy_file import load_policy
from adapters.mail.settings import mail_settings_of
from adapters.settings import Settings
from domain.refusals import TilbakeError
from service.doctor_findings import Finding, fine, problem, warning

_MEGABYTE: Final = 2**20
_LITTLE: Final = 1000 * _MEGABYTE
_TOO_LITTLE: Final = 100 * _MEGABYTE
_PATIENCE: Final = 5.0


def policy_file(settings: Settings) -> Finding:
    """Is the employer's policy one that the rules can work with?"""
    try:
        policy = load_policy(settings.policy_file)
    except TilbakeError as fault:
        return problem(
            "policy", str(fault), "put the file right; the worker does not start with it"
        )
    return fine("policy", f"{settings.policy_file or 'built in'}, version {policy.version}")


def disk(settings: Settings) -> Finding:
    """Is there room where state is kept?"""
    place = _existing(settings.state_dir.absolute())
    free = shutil.disk_usage(place).free
    text = f"{free // _MEGABYTE} MB are free at {place}"
    if free < _TOO_LITTLE:
        return problem("disk", text, "make room: without it nothing is recorded any more")
    return warning("disk", text, "make room soon") if free < _LITTLE else fine("disk", text)


def maildir(settings: Settings) -> Finding:
    """Can mails be written as files?"""
    folder = mail_settings_of(settings).maildir
    if os.access(_existing(folder.absolute()), os.W_OK | os.X_OK):
        return fine("mails", f"become files in {folder}, no mail server is set")
    return problem("mails", f"{folder} cannot be written to", "give it to the service's user")


async def mail_server(settings: Settings) -> Finding:
    """Does the mail server answer? Nothing is sent."""
    host, port = settings.smtp_host, settings.smtp_port
    try:
        async with asyncio.timeout(_PATIENCE):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError) as fault:
        text = f"the mail server {host}:{port} does not answer ({type(fault).__name__})"
        return problem("mails", text, "reminders wait until it does; check TILBAKE_SMTP_HOST")
    writer.close()
    return fine("mails", f"the mail server {host}:{port} answers")


def _existing(path: Path) -> Path:
    return path if path.exists() or path == path.parent else _existing(path.parent)
