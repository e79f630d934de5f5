"""What a proposal would make of this branch, as objects of git: nothing of it is checked out or run."""

from pathlib import Path

from genaikeys.ci.git import git, has_commit
from genaikeys.errors import KitError
from genaikeys.forge import Proposal

__all__ = ["BASE", "MERGED", "merge"]

BASE = "refs/genaikeys/base"
"""What is checked out: its code does the looking."""
MERGED = "refs/genaikeys/merged"
"""What would be there after the merge."""
_HEAD = "refs/genaikeys/head"


def merge(root: Path, proposal: Proposal) -> str:
    """Fetch a proposal's objects, and merge them with what is checked out into a commit that no branch has.

    The forge's own merge commit isn't taken: it may be of an older push, and of a base that isn't checked
    out here. Which commit is looked at is what the job was started for, whatever was pushed since.

    Args:
        root: The checkout of the base, with its history.
        proposal: What to fetch.

    Returns:
        Full name of the commit; it is also `MERGED`, and what is checked out is `BASE`.

    Raises:
        KitError: It can't be fetched, isn't there any more, or has conflicts.
    """
    _forget(root)
    git(
        root,
        *("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"),
        *("origin", f"+{proposal.ref}:{_HEAD}"),
        header=proposal.credentials,
    )
    if not has_commit(root, proposal.commit):
        raise KitError(
            f"{proposal.commit} isn't in {proposal.ref} any more.",
            why="Something else was pushed meanwhile.",
            next_step="Look at the job of the newest commit.",
        )
    return combine(root, proposal.commit)


def combine(root: Path, commit: str) -> str:
    """Merge a commit that is here with what is checked out; as `merge` else."""
    _forget(root)
    base = git(root, "rev-parse", "--verify", "HEAD^{commit}")
    head = git(root, "rev-parse", "--verify", "--end-of-options", f"{commit}^{{commit}}")
    try:
        tree = git(root, "merge-tree", "--write-tree", "--no-messages", base, head).splitlines()[0]
    except KitError as problem:
        raise KitError(
            f"{head[:12]} can't be merged with {base[:12]}.",
            why=problem.why,
            next_step="Resolve the conflicts in the pull request; this needs git 2.38 or newer.",
        ) from None
    merged = git(root, "commit-tree", tree, "-p", base, "-p", head, "-m", "What would be merged")
    git(root, "update-ref", BASE, base)
    git(root, "update-ref", MERGED, merged)
    return merged


def _forget(root: Path) -> None:
    """A runner may keep its clone: what follows a merge that failed must not find an older one."""
    for ref in (BASE, MERGED):
        git(root, "update-ref", "-d", ref)
