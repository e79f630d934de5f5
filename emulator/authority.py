"""Decides requests from the stored policies and compartments, with the kit's reader of OCI's policy language.

What a policy was worth at a given time stands in its document's ``_history``: entries {"text", "since",
"until"} in elapsed seconds. A statement is in force from ``since`` until ``until`` (None: still).
"""

from bisect import bisect_right
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from emulator.clock import Clock
from emulator.store import Store
from genaikeys.iam import Compartments, Decision, Policy, Principal, Request, Statement, Target, decide
from genaikeys.iam import parse_statement as parse

__all__ = ["Authority"]


class Authority:
    """Answers whether a principal may do something somewhere, now or at an earlier time."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._policies = _Book([])
        self._policies_of: tuple[int, int] | None = None
        self._compartments = Compartments({})
        self._compartments_of: tuple[int, int] | None = None

    def decide(
        self,
        principal: Principal,
        operation: str,
        permission: str,
        compartment: str,
        region: str,
        variables: Mapping[str, str],
        at: float | None,
    ) -> Decision:
        """Decide one request.

        Args:
            principal: Who asks.
            operation: Name of the operation.
            permission: Permission that it needs.
            compartment: OCID of the compartment that holds the target.
            region: Region identifier of the host that was called.
            variables: Variables of the target.
            at: Elapsed seconds whose statements count; None for now.
        """
        request = Request(
            principal=principal,
            operation=operation,
            permission=permission,
            target=Target(compartment=compartment, region=region, variables=variables),
            time=self._clock.now(),
        )
        policies = self._book().in_force(self._clock.elapsed() if at is None else at)
        return decide(policies, self._tree(), request)

    def _book(self) -> "_Book":
        revision = self._store.revision("policy")
        if revision != self._policies_of:
            self._policies = _Book(self._store.find("policy"))
            self._policies_of = revision
        return self._policies

    def _tree(self) -> Compartments:
        revision = self._store.revision("compartment")
        if revision != self._compartments_of:
            self._compartments = Compartments(
                {
                    doc["id"]: (doc["name"], doc["compartmentId"])
                    for doc in self._store.find("compartment")
                    if doc["lifecycleState"] != "DELETED"
                }
            )
            self._compartments_of = revision
        return self._compartments


class _Book:
    """Policies in force at any time, worked out once for each stretch in which nothing changes."""

    def __init__(self, docs: list[dict[str, Any]]) -> None:
        self._docs = docs
        times = {entry[edge] for doc in docs for entry in doc["_history"] for edge in ("since", "until")}
        self._edges = sorted(time for time in times if time is not None)
        self._known: dict[int, tuple[Policy, ...]] = {}

    def in_force(self, at: float) -> tuple[Policy, ...]:
        stretch = bisect_right(self._edges, at)
        if stretch not in self._known:
            self._known[stretch] = tuple(
                policy for doc in self._docs if (policy := _policy(doc, at)).statements
            )
        return self._known[stretch]


def _policy(doc: dict[str, Any], at: float) -> Policy:
    return Policy(
        id=doc["id"],
        name=doc["name"],
        compartment=doc["compartmentId"],
        statements=tuple(
            _statement(entry["text"])
            for entry in doc["_history"]
            if entry["since"] <= at and (entry["until"] is None or at < entry["until"])
        ),
    )


@lru_cache(maxsize=4096)
def _statement(text: str) -> Statement:
    return parse(text)
