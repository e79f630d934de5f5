"""What a question of access is asked about: who, where, which models, and which statements."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from genaikeys.access.model import Source
from genaikeys.iam import Answer, Compartments, Policies, Policy, Principal, Statement

__all__ = ["APIS", "OTHER_MODEL", "Api", "Caller", "Scene", "Secret", "Written"]

OTHER_MODEL = "any other model"
"""Stands for every model that no statement and no catalogue names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """What a call on an API takes.

    Attributes:
        name: Such as ``chat``.
        permission: The permission that it needs.
        operation: The operation that it is, where that is known.
        sees_model: Whether policies see ``target.model.id``; None: that is not known.
        perhaps: A permission on the model that it may need as well; that is not known.
    """

    name: str
    permission: str
    operation: str | None = None
    sees_model: bool | None = True
    perhaps: str | None = None


APIS = (
    Api(name="chat", permission="GENERATIVE_AI_CHAT", operation="Chat"),
    Api(
        name="responses",
        permission="GENERATIVE_AI_RESPONSE_USE",
        sees_model=None,
        perhaps="GENERATIVE_AI_CHAT",
    ),
)
"""Oracle's page on ``target.model.id`` doesn't list ``generative-ai-response`` (Generative AI, "Limiting
access to models", read 2026-11-23); published policies grant it next to chat, or within the family."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody who may call in a region.

    Attributes:
        name: A key of the stack by name, or in words who else.
        region: Region identifier.
        principal: Who that is to the policies.
        compartment: OCID of the compartment that is called in.
        suspended: Whether its secrets don't work for now.
    """

    name: str
    region: str
    principal: Principal
    compartment: str
    suspended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A key's secret in Vault.

    Attributes:
        key: The key by name.
        region: Region identifier.
        id: What stands for its OCID in statements.
        compartment: OCID of the compartment that holds it.
    """

    key: str
    region: str
    id: str
    compartment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A statement where it stands.

    Attributes:
        statement: The statement.
        policy: Label of its policy.
        compartment: OCID of the compartment that the policy is attached to.
        source: The line that it comes from, where that is known.
    """

    statement: Statement
    policy: str
    compartment: str
    source: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One stack at one revision, as far as access is concerned.

    Attributes:
        stack: Its name.
        compartments: The tree, as far as it is known.
        statements: Every statement, those of other policies of the tenancy among them.
        callers: Who may call.
        secrets: The secrets in Vault.
        models: Names of models, without `OTHER_MODEL`.
        endpoints: Those of them that are dedicated endpoints: what policies see of one isn't known.
        offered: Whether a model answers on an API in a region, by model, API and region, and why not; what is
            missing is not known.
        apis: The APIs.
        time: When; the same for both sides of a comparison.
    """

    stack: str
    compartments: Compartments
    statements: tuple[Written, ...]
    callers: tuple[Caller, ...]
    secrets: tuple[Secret, ...] = ()
    models: tuple[str, ...] = ()
    endpoints: frozenset[str] = frozenset()
    offered: Mapping[tuple[str, str, str], tuple[Answer, str]] = field(default_factory=dict)
    apis: tuple[Api, ...] = APIS
    time: datetime = field(default_factory=lambda: datetime.now(UTC))

    def policies(self) -> Policies:
        """The statements, prepared for decisions; each a policy of its own, so that it can be found again."""
        return Policies(
            (
                Policy(str(number), each.policy, each.compartment, (each.statement,))
                for number, each in enumerate(self.statements)
            ),
            self.compartments,
        )
