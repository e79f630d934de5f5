"""OCI's policy language: read statements, print them, and decide what they grant.

Today the engine reads the statements of the kit, of Oracle's API-key pages and of the administrators;
everything else it refuses, with the place.
"""

from genaikeys.iam.compartments import Compartments
from genaikeys.iam.decide import Answer, Decision, Policy, decide
from genaikeys.iam.errors import StatementError
from genaikeys.iam.parser import parse_statement
from genaikeys.iam.printer import print_statement
from genaikeys.iam.request import Principal, Request, Target
from genaikeys.iam.statement import Statement

__all__ = [
    "Answer",
    "Compartments",
    "Decision",
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
