"""Decides requests from the stored policies and compartments, with the kit's reader of OCI's policy language.

What a policy was worth at a given time stands in its document's ``_history``: entries {"text", "since",
"until"} in elapsed seconds. A statement is in force from ``since`` until ``until`` (None: still).
"""

from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

from emulator.clock import Clock
from emulator.store import Store
from genaikeys.iam import (
    Compartments,
    Decision,
    Policies,
    Policy,
    Principal,
    Request,
    Target,
    parse_statement,
)

__all__ = ["Authority"]


class Authority:
    """Answers whether a principal may do something somewhere, now or at an earlier time."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known = _Book([], Compartments({}))
        self._book_of: tuple[tuple[int, int], tuple[int, int]] | None = None

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
        return self._book().in_force(self._clock.elapsed() if at is None else at).decide(request)

    def _book(self) -> "_Book":
        revision = (self._store.revision("policy"), self._store.revision("compartment"))
        if revision != self._book_of:
            self._known = _Book(self._store.find("policy"), self._tree())
            self._book_of = revision
        return self._known

    def _tree(self) -> Compartments:
        return Compartments(
            {
                doc["id"]: (doc["name"], doc["compartmentId"])
                for doc in self._store.find("compartment")
                if doc["lifecycleState"] != "DELETED"
            }
        )


class _Book:
    """Policies in force at any time, worked out once for each stretch in which nothing changes."""

    def __init__(self, docs: list[dict[str, Any]], compartments: Compartments) -> None:
        self._docs = docs
        self._compartments = compartments
        times = {entry[edge] for doc in docs for entry in doc["_history"] for edge in ("since", "until")}
        self._edges = sorted(time for time in times if time is not None)
        self._known: dict[int, Policies] = {}

    def in_force(self, at: float) -> Policies:
        stretch = bisect_right(self._edges, at)
        if stretch not in self._known:
            self._known[stretch] = Policies((_policy(doc, at) for doc in self._docs), self._compartments)
        return self._known[stretch]


def _policy(doc: dict[str, Any], at: float) -> Policy:
    return Policy(
        id=doc["id"],
        name=doc["name"],
        compartment=doc["compartmentId"],
        statements=tuple(
            parse_statement(entry["text"])
            for entry in doc["_history"]
            if entry["since"] <= at and (entry["until"] is None or at < entry["until"])
        ),
    )
