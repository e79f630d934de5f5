"""Run by the Python of either parser's environment: parses the texts of standard input, zeros between them.

``parse_worker.py ours|theirs PASSES`` prints the seconds that each of so many passes over the texts took, the
first one with the import of the parser: what a cold start costs beyond the start of Python itself.
"""

import sys
import time
from collections.abc import Callable


def parser(name: str) -> Callable[[str], object]:
    """The function that parses one statement; ours without its memory of texts that it read before."""
    if name == "ours":
        from genaikeys.iam.parser import read

        return read
    from oci_lexer_parser import parse_policy_statements  # type: ignore[import-not-found]

    return parse_policy_statements  # type: ignore[no-any-return]


def main() -> None:
    """Parses and prints."""
    texts = sys.stdin.read().split("\0")
    started = time.perf_counter()
    parse = parser(sys.argv[1])
    for _ in range(int(sys.argv[2])):
        for text in texts:
            parse(text)
        ended = time.perf_counter()
        print(ended - started)
        started = ended


if __name__ == "__main__":
    main()
