"""Runs the article's programs as they stand, each in its own process, and watches what reaches the service.

The secret goes in through the environment (where the program reads it there) or through standard input (where
the article has a placeholder), so it stands in no file and in no argument of a process that we start.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from genaikeys.cli.home import Home
from genaikeys.errors import KitError
from genaikeys.seed.article import Block, Kind, kind

if TYPE_CHECKING:
    from genaikeys.oci import Secret

__all__ = ["Ran", "Seen", "fill", "run"]

_LIMIT = 120.0
# The article prints `sk-XXX...` for the secret in its curl call, and a remark in angle brackets in
# LangChain's.
_CURL_PLACEHOLDER = re.compile(r"(?<=Bearer )sk-X+")
_PYTHON_PLACEHOLDER = re.compile(r"(?<=api_key=\")<[^<>\"\n]+>(?=\")")


@dataclass(frozen=True)
class Seen:
    """A call as the local OCI recorded it: `api` is chat or responses."""

    api: str
    status: int


@dataclass(frozen=True)
class Ran:
    """How a program ended, how many answers it printed, and the calls that it made, in order."""

    exit_code: int
    printed: int
    seen: tuple[Seen, ...]


def run(block: Block, secret: "Secret", home: Home) -> Ran:
    """Run one program of the article against the local OCI.

    Args:
        block: A program: its text is run word for word, but for its placeholder.
        secret: The value that the Vault holds.
        home: The local home whose environment this process has.

    Raises:
        KitError: The program doesn't end, or prints the secret.
    """
    value = secret.reveal()
    what = kind(block)
    environment = {name: text for name, text in os.environ.items() if name != "OPENAI_API_KEY"}
    command = ["sh"] if what is Kind.CURL else [sys.executable, "-"]
    text = fill(block, value)
    if text == block.text:
        environment["OPENAI_API_KEY"] = value
    before = max((each["id"] for each in home.journal()), default=0)
    with tempfile.TemporaryDirectory() as elsewhere:
        try:
            ended = subprocess.run(
                command,
                input=text,
                env=environment,
                cwd=elsewhere,
                capture_output=True,
                text=True,
                timeout=_LIMIT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            # Chained, this exception would carry the program's text, and with it the secret.
            raise KitError(f"Block {block.number} ({what}) didn't end within {_LIMIT:.0f} s.") from None
    if value in ended.stdout or value in ended.stderr:
        raise KitError(f"Block {block.number} ({what}) printed the secret.")
    seen = tuple(_seen(each) for each in home.journal(before) if each["host"].startswith("inference."))
    return Ran(ended.returncode, _answers(what, ended.stdout), seen)


def fill(block: Block, value: str) -> str:
    """Put the secret where the article has a placeholder for it; a text without one comes back as it is."""
    pattern = _CURL_PLACEHOLDER if kind(block) is Kind.CURL else _PYTHON_PLACEHOLDER
    return pattern.sub(lambda _: value, block.text)


def _answers(what: Kind, output: str) -> int:
    """Count the answers that a program printed: a line each from Python's `print`, JSON from curl."""
    if what is not Kind.CURL:
        return sum(1 for line in output.splitlines() if line.strip())
    try:
        return len(json.loads(output)["choices"])
    except (ValueError, KeyError, TypeError):
        return 0


def _seen(entry: Mapping[str, Any]) -> Seen:
    return Seen("responses" if entry["path"].endswith("/responses") else "chat", int(entry["status"]))
