"""GitLab, its own or somebody's.

Variables and endpoints: GitLab Docs, "Predefined CI/CD variables", "Notes API", "Issues API" and "Users API"
(as of 2026-11). A job's own `CI_JOB_TOKEN` may not write notes or issues, so another token is needed.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from genaikeys.errors import KitError
from genaikeys.forge import Note, Proposal
from genaikeys.forge.api import Api, required

__all__ = ["GitLab"]


class GitLab:
    """The project whose pipeline this job belongs to.

    Args:
        environment: The runner's variables, and `GITLAB_TOKEN`: a project access token with the scope `api`.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._path = f"/projects/{int(required(environment, 'CI_PROJECT_ID'))}"

    def may_write(self) -> bool:
        """Whether this step was handed `GITLAB_TOKEN`."""
        return bool(self._environment.get("GITLAB_TOKEN"))

    def proposal(self) -> Proposal:
        """The merge request of the pipeline."""
        found = self._environment
        commit = found.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or required(found, "CI_COMMIT_SHA")
        return Proposal(ref=f"refs/merge-requests/{self._number()}/head", commit=commit)

    def comments(self) -> list[Note]:
        """Our comments on the merge request."""
        notes = self._api.pages(f"{self._path}/merge_requests/{self._number()}/notes?sort=asc")
        return self._ours(notes, by="id", text="body")

    def comment(self, text: str) -> None:
        """Write another comment."""
        self._api.call("POST", f"{self._path}/merge_requests/{self._number()}/notes", {"body": text})

    def edit_comment(self, note: Note, text: str) -> None:
        """Replace a comment's text."""
        place = f"{self._path}/merge_requests/{self._number()}/notes/{note.id}"
        self._api.call("PUT", place, {"body": text})

    def delete_comment(self, note: Note) -> None:
        """Delete a comment."""
        self._api.call("DELETE", f"{self._path}/merge_requests/{self._number()}/notes/{note.id}")

    def issues(self) -> list[Note]:
        """Our open issues."""
        return self._ours(
            self._api.pages(f"{self._path}/issues?state=opened&sort=asc"), by="iid", text="description"
        )

    def open_issue(self, title: str, text: str) -> None:
        """Open another issue."""
        self._api.call("POST", f"{self._path}/issues", {"title": title, "description": text})

    def edit_issue(self, note: Note, text: str) -> None:
        """Replace an issue's text."""
        self._api.call("PUT", f"{self._path}/issues/{note.id}", {"description": text})

    def close_issue(self, note: Note) -> None:
        """Close an issue."""
        self._api.call("PUT", f"{self._path}/issues/{note.id}", {"state_event": "close"})

    def _number(self) -> int:
        number = self._environment.get("CI_MERGE_REQUEST_IID", "")
        if not number:
            raise KitError("This job is about no merge request.", why="CI_MERGE_REQUEST_IID isn't set.")
        return int(number)

    @cached_property
    def _api(self) -> Api:
        token = required(self._environment, "GITLAB_TOKEN")
        return Api(required(self._environment, "CI_API_V4_URL"), {"PRIVATE-TOKEN": token})

    @cached_property
    def _account(self) -> str:
        return str(self._api.call("GET", "/user")["username"])

    def _ours(self, found: Iterable[Mapping[str, Any]], *, by: str, text: str) -> list[Note]:
        return [
            Note(int(each[by]), str(each[text] or ""))
            for each in found
            if (each.get("author") or {}).get("username") == self._account
        ]
