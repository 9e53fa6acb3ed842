"""The command `doctor`: what is wrong by now, and what to do about it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import StateDir, settings_in
from cli.output import EXIT_FAILED, OutputFormat

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from service.doctor_findings import Finding


def doctor(
    state_dir: StateDir = None,
    output: Annotated[
        OutputFormat,
        typer.Option("--format", help="text for people; json is one object a line."),
    ] = OutputFormat.TEXT,
) -> None:
    """Check settings, keys, database, Temporal, and what should have happened by now.

    It only looks. Each line is ok, warning or problem, with the way out; exit code 1 when
    there is a problem.
    """
    from adapters.clock import SystemClock  # noqa: PLC0415 - keeps other commands fast
    from service.doctor import examine  # noqa: PLC0415 - as above

    findings = examine(lambda: settings_in(state_dir), SystemClock().now())
    if asyncio.run(_say(findings, output)):
        raise typer.Exit(EXIT_FAILED)


async def _say(findings: AsyncIterator[Finding], output: OutputFormat) -> int:
    """Print each finding as it comes, and count the problems."""
    problems = 0
    async for finding in findings:
        problems += finding.is_problem
        if output is OutputFormat.JSON:
            print(json.dumps(asdict(finding), ensure_ascii=False), flush=True)
        else:
            print(_line(finding), flush=True)
    return problems


def _line(finding: Finding) -> str:
    line = f"{finding.verdict:<8} {finding.check}: {finding.text}"
    return f"{line}\n         -> {finding.way_out}" if finding.way_out else line
