"""Protection from deletion."""

from components.protection import LASTING
from policies.guardrails import kinds
from tests.components.recorder import record
from tests.settings.test_settings import stack


def test_stack_that_says_so_protects_what_lasts() -> None:
    """Keys, Vault secrets and what encrypts these; nothing else."""
    seen = record(stack(protect=True)).seen

    assert {made.type for made in seen if made.protected} == LASTING
    assert {made.type for made in seen if not made.protected}.isdisjoint(LASTING)


def test_stack_protects_nothing_by_itself() -> None:
    """Trying things out ends with a destroy."""
    assert not [made for made in record(stack()).seen if made.protected]


def test_guardrails_ask_for_what_is_protected() -> None:
    """The rule and the component mean the same types."""
    assert kinds.LASTING == LASTING
