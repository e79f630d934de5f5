"""OCI's policy language: read statements, print them, and decide what they grant, and why.

A name is imported when it is first asked for: who only reads statements doesn't wait for the rest.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from genaikeys.iam.compartments import Compartments
    from genaikeys.iam.decisions import Answer, Decision, Near, Policies, Policy, decide
    from genaikeys.iam.errors import StatementError
    from genaikeys.iam.parser import parse_statement
    from genaikeys.iam.printer import print_statement
    from genaikeys.iam.request import Principal, Request, Target
    from genaikeys.iam.statement import Statement

__all__ = [
    "Answer",
    "Compartments",
    "Decision",
    "Near",
    "Policies",
    "Policy",
    "Principal",
    "Request",
    "Statement",
    "StatementError",
    "Target",
    "decide",
    "parse_statement",
    "print_statement",
]
_HOMES = {
    "compartments": ("Compartments",),
    "decisions": ("Answer", "Decision", "Near", "Policies", "Policy", "decide"),
    "errors": ("StatementError",),
    "parser": ("parse_statement",),
    "printer": ("print_statement",),
    "request": ("Principal", "Request", "Target"),
    "statement": ("Statement",),
}


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            module = __import__(f"{__name__}.{home}", fromlist=[name])
            found: object = getattr(module, name)
            globals()[name] = found
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
