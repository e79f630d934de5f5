"""What a page of the documentation prints for its reader to type or to write down."""

import re
from pathlib import Path


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a language, such as `sh`, in the order of the page."""
    fence = re.compile(rf"^```{language}\n(.*?)^```", re.DOTALL | re.MULTILINE)
    return fence.findall(page.read_text(encoding="utf-8"))
