"""OCI's policy language: read statements, print them, and decide what they grant, and why."""

from genaikeys.iam.compartments import Compartments
from genaikeys.iam.decide import Answer, Decision, Near, Policies, Policy, decide
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
