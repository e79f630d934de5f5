"""What the local models say: always the same answer to the same question, in pieces that count as tokens."""

import re
from dataclasses import dataclass

from emulator.services.refusals import invalid

PIECE = re.compile(r"\s*\S+")


@dataclass(frozen=True)
class Speech:
    """An answer cut to what was allowed.

    Attributes:
        pieces: Text in pieces; one piece counts as one token.
        is_cut: Whether there would have been more.
    """

    pieces: tuple[str, ...]
    is_cut: bool

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.pieces)


def answer(model: str, region: str, question: str, *, most: int | None, stops: list[str]) -> Speech:
    """The answer of a model to a question.

    Args:
        model: Name of the model.
        region: Region whose host was called.
        question: What the user said last.
        most: Pieces that the answer may have; None for any number.
        stops: Texts before which the answer ends.
    """
    asked = " ".join(question.split())
    text = f'This is {model} of the local OCI in {region}. No model ran. You said: "{asked}"'
    for stop in stops:
        text = text.split(stop, 1)[0]
    pieces = tuple(PIECE.findall(text))
    if most is None or len(pieces) <= most:
        return Speech(pieces, is_cut=False)
    return Speech(pieces[:most], is_cut=True)


def count(*texts: str) -> int:
    """Tokens of texts, as the local models count them."""
    return sum(len(PIECE.findall(text)) for text in texts)


def plain(field: str, content: object) -> str:
    """The text of a message's content: a text, or a list of text parts.

    Raises:
        Refusal: 400 for anything else; images and files are not modelled.
    """
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        texts = []
        for part in content:
            if not isinstance(part, dict) or part.get("type") not in ("text", "input_text", "output_text"):
                raise invalid(f"the local OCI models text parts only in {field}; got {part!r}", "400")
            texts.append(str(part.get("text", "")))
        return "\n".join(texts)
    raise invalid(f"{field} must be a text or a list of text parts; got {content!r}", "400")
