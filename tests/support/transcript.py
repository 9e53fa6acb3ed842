"""Runs the `console` blocks of a document; as a program it renews those of the README.

`python -m tests.support.transcript`. Only commands that read files and print are run: those that
begin with `tilbake explain`.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.support.source import ROOT

BLOCK: Final = re.compile(
    r"(?<=^```console\n)(\$ tilbake explain [^\n]*\n)(.*?)(?=^```$)", re.MULTILINE | re.DOTALL
)


def output_of(command: str) -> str:
    """Run a command line as the README's reader would, from the root of the repository."""
    words = shlex.split(command.removeprefix("$ tilbake "))
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", *words],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())


def renewed(document: Path) -> str:
    """Give the document with the output of its commands as they print it now."""
    text = document.read_text(encoding="utf-8")
    return BLOCK.sub(lambda block: block[1] + output_of(block[1]), text)


if __name__ == "__main__":
    readme = ROOT / "README.md"
    readme.write_text(renewed(readme), encoding="utf-8")
