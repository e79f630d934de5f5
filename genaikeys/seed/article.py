"""The code blocks of an article in Markdown, word for word, and what each of them is.

Nothing of an article is kept here: a block is known by its language and by the client that it uses, so that a
revised article is read as well.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from genaikeys.errors import KitError

__all__ = ["Block", "Call", "Kind", "blocks", "calls", "find", "kind"]

_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>[\w+-]*)[^`\n]*")
_SUFFIXES = (".txt", ".md", ".markdown")
# The first model of a call that isn't commented out.
_PYTHON_CALL = re.compile(
    r"\.(?P<api>responses|chat\.completions)\.create\(\s*(?:#.*\s*)*model\s*=\s*['\"](?P<model>[^'\"]+)['\"]"
)
_LANGCHAIN_CALL = re.compile(r"ChatOpenAI\(\s*(?:#.*\s*)*model\s*=\s*['\"](?P<model>[^'\"]+)['\"]")
_CURL_CALL = re.compile(
    r"/(?P<api>chat/completions|responses)\b.*?\"model\"\s*:\s*\"(?P<model>[^\"]+)\"", re.DOTALL
)
_APIS = {"responses": "responses", "chat.completions": "chat", "chat/completions": "chat"}


class Kind(StrEnum):
    """What a block is; the text is how a person calls it."""

    OPENAI = "Python program, OpenAI SDK"
    LANGCHAIN = "Python program, LangChain"
    CURL = "curl call"
    STATEMENT = "policy statement"
    ADDRESS = "address"
    OTHER = "nothing that runs"


@dataclass(frozen=True)
class Block:
    """One fenced block.

    Attributes:
        number: Its place in the article, from 1.
        language: The word behind the opening fence, or nothing.
        line: The line of the opening fence, from 1.
        text: Every line between the fences, each with its line end.
    """

    number: int
    language: str
    line: int
    text: str


@dataclass(frozen=True)
class Call:
    """A call that a block makes: `api` is chat or responses."""

    api: str
    model: str


def find(path: Path) -> Path:
    """Find the article: a file, or the one text in a folder that has code blocks.

    Raises:
        KitError: There is none, or more than one.
    """
    if path.is_file():
        return path
    if not path.is_dir():
        raise KitError(
            f"There is no article: {path} does not exist.",
            next_step="Name it: make seed SEED=<path of the article>",
        )
    texts = sorted(each for each in path.iterdir() if each.suffix in _SUFFIXES and each.is_file())
    articles = [each for each in texts if blocks(each.read_text(encoding="utf-8"))]
    if len(articles) != 1:
        found = ", ".join(each.name for each in articles) or "none"
        raise KitError(
            f"{path} should hold one text with code blocks; it holds {len(articles)}.",
            why=f"Found: {found} (looked at {', '.join(_SUFFIXES)}).",
            next_step="Name it: make seed SEED=<path of the article>",
        )
    return articles[0]


def blocks(text: str) -> list[Block]:
    """Read the fenced code blocks of a Markdown text in order (CommonMark 0.31, "Fenced code blocks")."""
    found: list[Block] = []
    lines = text.splitlines(keepends=True)
    at = 0
    while at < len(lines):
        opening = _FENCE.fullmatch(lines[at].rstrip("\r\n"))
        if opening is None:
            at += 1
            continue
        start = at + 1
        end = next((i for i in range(start, len(lines)) if _closes(lines[i], opening["fence"])), len(lines))
        found.append(Block(len(found) + 1, opening["language"], at + 1, "".join(lines[start:end])))
        at = end + 1
    return found


def kind(block: Block) -> Kind:
    """Say what a block is, by the client that it uses."""
    text = block.text.strip()
    if re.search(r"^(from|import) langchain_openai\b", text, re.MULTILINE):
        return Kind.LANGCHAIN
    if re.search(r"^(from|import) openai\b", text, re.MULTILINE):
        return Kind.OPENAI
    if text.startswith("curl "):
        return Kind.CURL
    if re.match(r"allow\b", text, re.IGNORECASE):
        return Kind.STATEMENT
    if re.fullmatch(r"https://inference\.\S+", text):
        return Kind.ADDRESS
    return Kind.OTHER


def calls(block: Block) -> list[Call]:
    """Read the calls that a block makes, in order; a statement or an address makes none."""
    what = kind(block)
    if what is Kind.OPENAI:
        return [Call(_APIS[match["api"]], match["model"]) for match in _PYTHON_CALL.finditer(block.text)]
    if what is Kind.LANGCHAIN:
        return [Call("chat", match["model"]) for match in _LANGCHAIN_CALL.finditer(block.text)]
    if what is Kind.CURL:
        return [Call(_APIS[match["api"]], match["model"]) for match in _CURL_CALL.finditer(block.text)]
    return []


def _closes(line: str, fence: str) -> bool:
    bare = line.strip()
    return len(bare) >= len(fence) and set(bare) == {fence[0]} and len(line) - len(line.lstrip(" ")) < 4
