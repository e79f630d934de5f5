"""What a secret of an OCI Generative AI API key looks like, and what only looks like one.

Nothing binding is published about the shape. The examples that were seen (2026-11) begin with ``sk-`` and go
on with 48 letters or more; no alphabet is given. So the rule is wider: 40 to 200 letters of the alphabet that
URLs leave alone. What is shorter or longer is found only by its fingerprint, see `genaikeys.scan.known`.
"""

import re
from enum import StrEnum

__all__ = ["LONGEST", "NARROW", "PREFIX", "RULE", "SHORTEST", "WIDE", "Kind", "hidden", "kind_of"]

PREFIX = b"sk-"
SHORTEST = 40
"""Letters after the prefix; 48 and more were seen."""
LONGEST = 200
_GLUE = r"[0-9A-Za-z_-]{0,5}|[A-Z]?[a-z_-]{0,18}|[A-Z_-]{0,19}"
"""What may stand right before the prefix: an escape's last letters, as in ``\\nsk-``, or a word.

Anything else makes it a piece of something longer, such as base64 for URLs, which holds a ``sk-`` every
262144 letters.
"""

RULE = (
    rf"(?:^|[^0-9A-Za-z_-])(?:{_GLUE})"
    rf"(sk-[0-9A-Za-z_-]{{{SHORTEST},{LONGEST}}})(?:[^0-9A-Za-z_-]|$)"
)
"""The same as one regular expression, for other scanners: the secret is its group 1."""

NARROW = re.compile(rb"sk-[0-9A-Za-z_-]*")
WIDE = re.compile(rb"sk-[0-9A-Za-z_\-+/=.~]{0,512}")
"""Where a value of another alphabet than expected would end; only ever compared with fingerprints."""
_BEFORE = re.compile(rf"(?:\A|[^0-9A-Za-z_-])(?:{_GLUE})\Z".encode())

_LOCAL = re.compile(rb"localtest-[0-9A-Za-z]{24,}")
_OTHERS = re.compile(
    # OpenAI (gitleaks, rule openai-api-key; the infix is in each of its keys), Anthropic (rule
    # anthropic-api-key), OpenRouter (openrouter.ai/docs, "API Authentication").
    rb"(?:proj|svcacct|admin|None)-[0-9A-Za-z_-]{20}|[0-9A-Za-z_-]+T3BlbkFJ[0-9A-Za-z_-]+"
    rb"|ant-[0-9A-Za-z_-]{20}|or-v1-[0-9A-Za-z_-]{20}"
)
_PLACEHOLDER = re.compile(
    rb"(.)\1{5}"
    rb"|example|placeholder|redacted|changeme|replaceme"
    rb"|(?:^|[-_])(?:your|my|fake|dummy|sample|test|todo|secret)(?:[-_]|$)"
    rb"|abcdefgh|12345678|01234567",
    re.IGNORECASE,
)
_WORD = re.compile(rb"[a-z]{1,20}|[A-Z]{1,20}|[A-Z][a-z]{1,19}|[0-9]{1,20}|[vV][0-9]{1,8}")
_UUID = re.compile(rb"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_FEWEST_DIFFERENT = 10
_LONG_PART = 32
_MAYBE = re.compile(r"sk-([0-9A-Za-z_-]{12,})")
_HIDDEN = "sk-••••••••"


class Kind(StrEnum):
    """What was found."""

    PUBLISHED = "published"
    """A value that the kit published: its fingerprint stands in a label of the Vault."""
    SHAPE = "shape"
    """Something of the shape that OCI issues."""
    LOCAL = "local"
    """A secret of a local OCI, which opens nothing outside of it."""
    OTHER = "other vendor"
    """A secret that begins with ``sk-`` and isn't OCI's, by its documented prefix."""


def kind_of(token: bytes, before: bytes = b"") -> Kind | None:
    """What a token is by its looks; None for a placeholder and for what isn't a secret.

    Args:
        token: From its ``sk-`` on, as far as the alphabet goes.
        before: What stands right before it, as far back as the longest word.
    """
    tail = token.removeprefix(PREFIX)
    if _LOCAL.match(tail):
        return Kind.LOCAL
    inner = token.find(PREFIX, 1)
    if inner > 0 and len(token) - inner >= SHORTEST + len(PREFIX):
        return None  # the secret begins there
    if not _BEFORE.search(before) or _PLACEHOLDER.search(tail):
        return None
    if _OTHERS.match(tail):
        return Kind.OTHER
    return Kind.SHAPE if SHORTEST <= len(tail) <= LONGEST and _is_random(tail) else None


def _is_random(tail: bytes) -> bool:
    if len(set(tail)) < _FEWEST_DIFFERENT or len(_UUID.sub(b"", tail)) < SHORTEST:
        return False
    if _is_words(tail):
        return False
    if max(map(len, re.split(rb"[-_]+", tail))) >= _LONG_PART:
        return True
    return all(re.search(letters, tail) for letters in (rb"[a-z]", rb"[A-Z]", rb"[0-9]"))


def _is_words(tail: bytes) -> bool:
    """Whether it is a name that people made up, such as that of a file."""
    return all(_WORD.fullmatch(part) for part in re.split(rb"[-_]+", tail) if part)


def hidden(text: str) -> str:
    """A text for people: dots in place of whatever might be a secret, and no control characters."""
    plain = _MAYBE.sub(lambda found: found[0] if _is_words(found[1].encode()) else _HIDDEN, text)
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in plain)
