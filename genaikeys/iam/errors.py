"""What is wrong with a statement, and where."""


class StatementError(ValueError):
    """A text that is not a statement this engine reads.

    The message says what was expected and shows the statement on one line, with carets under the place.

    Attributes:
        statement: The whole text.
        start: Index of the first character that is wrong.
        end: Index behind the last.
        expected: What was expected there, or why it is refused.
    """

    def __init__(self, statement: str, start: int, end: int, expected: str) -> None:
        self.statement = statement
        self.start = start
        self.end = end
        self.expected = expected
        line = "".join(" " if character.isspace() else character for character in statement)
        width = max(1, _columns(line[start:end]))
        super().__init__(f"{expected}\n  {line}\n  {' ' * _columns(line[:start])}{'^' * width}")


def _columns(text: str) -> int:
    """Columns that a text takes in a terminal: names and copied text may hold wide characters."""
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
