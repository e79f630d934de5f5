"""Which commit a stack was last brought to: nights go on from there, not from what waits for its approval."""

import json
from pathlib import Path

from genaikeys.ci.git import git, has_commit, is_ancestor
from genaikeys.errors import KitError
from genaikeys.recover import Pulumi

__all__ = ["applied"]

_PAGE = 20


def applied(pulumi: Pulumi, root: Path) -> str:
    """The commit of the stack's last update that ended well, as the backend's history has it.

    Args:
        pulumi: On the stack.
        root: The checkout; only a commit of what is checked out, or of what came before, is taken.

    Raises:
        KitError: No update ended well, it was of no commit, or of one that isn't on this branch.
    """
    commit = _recorded(pulumi)
    if not has_commit(root, commit):
        raise KitError(
            f"{commit}, which stack {pulumi.stack} was brought to, isn't in this clone.",
            why="The clone is shallow, or somebody applied what they never pushed.",
            next_step="Check out with the whole history; else apply this branch: make apply STACK=...",
        )
    if not is_ancestor(root, commit, "HEAD"):
        raise KitError(
            f"{commit}, which stack {pulumi.stack} was brought to, isn't on this branch.",
            why="Somebody applied what was never merged.",
            next_step="Review that commit; then apply this branch: make apply STACK=...",
        )
    return git(root, "rev-parse", "--verify", f"{commit}^{{commit}}")


def _recorded(pulumi: Pulumi) -> str:
    ended = pulumi.ended("stack", "history", "--json", "--page-size", str(_PAGE))
    if ended.returncode != 0:
        raise KitError(
            f"The history of stack {pulumi.stack} can't be read.",
            why="\n".join(ended.stderr.strip().splitlines()[-4:]) or None,
            next_step="Look whether PULUMI_BACKEND_URL is that of the stack, and the stack is there.",
        )
    for update in json.loads(ended.stdout or "[]") or []:
        if update.get("kind") == "update" and update.get("result") == "succeeded":
            commit = str((update.get("environment") or {}).get("git.head", ""))
            if commit:
                return commit
            raise KitError(
                f"The last update of stack {pulumi.stack} was of no commit.",
                next_step="Apply a commit: make apply STACK=...",
            )
    raise KitError(
        f"None of the last {_PAGE} runs of stack {pulumi.stack} is an update that ended well.",
        next_step="Bring it up first: make apply STACK=...",
    )
