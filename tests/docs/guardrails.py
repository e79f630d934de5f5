"""The part of docs/guardrails.md that follows from the rules: their manuals, samples included.

``python -m tests.docs.guardrails`` writes it into the page.
"""

import re

from policies.guardrails.rules import ALL
from tests.local import CHECKOUT

PAGE = CHECKOUT / "docs" / "guardrails.md"
_BEGIN, _END = "<!-- rules -->\n", "<!-- end of rules -->"
_BLOCK = re.compile(r"^(Passes|Fails)::\n\n((?:(?: {4}.*)?\n)+)", re.MULTILINE)


def with_generated(page: str) -> str:
    """The page with the manuals written anew."""
    head, rest = page.split(_BEGIN)
    return f"{head}{_BEGIN}\n{_rules()}\n{_END}{rest.split(_END)[1]}"


def _rules() -> str:
    manuals = (f"### `{name}`\n\n{_manual(rule.__doc__ or '')}" for name, rule in ALL.items())
    return "\n\n".join(manual.strip() for manual in manuals) + "\n"


def _manual(text: str) -> str:
    """A manual as Markdown: its first sentence in bold, samples as YAML."""
    first, _, rest = f"{text.strip()}\n".partition("\n")
    return _BLOCK.sub(_sample, f"**{first}**\n{rest}")


def _sample(match: re.Match[str]) -> str:
    block = re.sub(r"^ {4}", "", match[2], flags=re.MULTILINE).strip()
    return f"{match[1]}:\n\n```yaml\n{block}\n```\n\n"


if __name__ == "__main__":
    PAGE.write_text(with_generated(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
