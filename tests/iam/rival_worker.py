"""Run by the Python of another environment: reads statements with oci-lexer-parser.

In: a JSON list of texts. Out: a JSON list of what was read, in the parser's own structure, or null where it
refuses. Nothing of this project is imported.
"""

import json
import sys

from oci_lexer_parser import parse_policy_statements  # type: ignore[import-not-found]


def main() -> None:
    """Answers one list."""
    answers = []
    for text in json.load(sys.stdin):
        try:
            answers.append(parse_policy_statements(text)["statements"])
        except ValueError:
            answers.append(None)
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
