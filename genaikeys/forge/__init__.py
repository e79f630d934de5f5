"""Where changes are reviewed: GitHub or GitLab, through the few calls that a CI job of ours makes.

`here` says which one this job runs on. `marked` keeps one comment and one issue in step with a text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

__all__ = ["Forge", "Note", "Proposal", "here"]


@dataclass(frozen=True, slots=True)
class Note:
    """A comment or an issue that this job's own account wrote.

    Attributes:
        id: By which it is edited.
        text: Its text.
    """

    id: int
    text: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a pull request, or a merge request, proposes.

    Attributes:
        ref: Under which the forge keeps its newest commit.
        commit: Full name of the commit that this job is about.
        credentials: Header that a fetch over HTTPS needs; empty where the clone has what it takes.
    """

    ref: str
    commit: str
    credentials: str = ""


class Forge(Protocol):
    """The calls; each raises `KitError` where the forge refuses or can't be reached.

    Only what this job's own account wrote is ever listed: whoever else begins a text with our marker isn't
    taken for us.
    """

    def may_write(self) -> bool:
        """Whether this step was handed a token."""

    def proposal(self) -> Proposal:
        """What is proposed; raises `KitError` where this job is about no pull request."""

    def comments(self) -> list[Note]:
        """Our comments on the pull request, oldest first."""

    def comment(self, text: str) -> None:
        """Write another comment."""

    def edit_comment(self, note: Note, text: str) -> None:
        """Replace a comment's text."""

    def delete_comment(self, note: Note) -> None:
        """Delete a comment."""

    def issues(self) -> list[Note]:
        """Our open issues, oldest first."""

    def open_issue(self, title: str, text: str) -> None:
        """Open another issue."""

    def edit_issue(self, note: Note, text: str) -> None:
        """Replace an issue's text."""

    def close_issue(self, note: Note) -> None:
        """Close an issue."""


def here(environment: Mapping[str, str]) -> Forge | None:
    """The forge whose job this is, by the variables that its runner sets; None on a laptop and elsewhere.

    Raises:
        KitError: The runner's variables are not what they should be.
    """
    if environment.get("GITHUB_ACTIONS") == "true":
        from genaikeys.forge.github import GitHub

        return GitHub(environment)
    if environment.get("GITLAB_CI") == "true":
        from genaikeys.forge.gitlab import GitLab

        return GitLab(environment)
    return None
