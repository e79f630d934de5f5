"""GitHub, or GitHub Enterprise Server.

Variables, endpoints and the account's name: GitHub Docs, "Variables reference", "REST API endpoints for issue
comments", "... for issues" and "GITHUB_TOKEN" (as of 2026-11).
"""

import base64
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from genaikeys.errors import KitError
from genaikeys.forge import Note, Proposal
from genaikeys.forge.api import Api, required

__all__ = ["GitHub"]

ACCOUNT = "github-actions[bot]"
"""Who writes with the token that a job is given."""


class GitHub:
    """The repository whose workflow this job belongs to.

    Args:
        environment: The runner's variables, and `GITHUB_TOKEN`, which a step must be handed.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._path = f"/repos/{required(environment, 'GITHUB_REPOSITORY')}"

    def may_write(self) -> bool:
        """Whether this step was handed `GITHUB_TOKEN`."""
        return bool(self._environment.get("GITHUB_TOKEN"))

    def proposal(self) -> Proposal:
        """The pull request of the event."""
        event = self._event()
        token = self._environment.get("GITHUB_TOKEN", "")
        basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
        return Proposal(
            ref=f"refs/pull/{int(event['number'])}/head",
            commit=str(event["head"]["sha"]),
            credentials=f"Authorization: Basic {basic}" if token else "",
        )

    def comments(self) -> list[Note]:
        """Our comments on the pull request."""
        return _ours(self._api().pages(f"{self._path}/issues/{self._number()}/comments"))

    def comment(self, text: str) -> None:
        """Write another comment."""
        self._api().call("POST", f"{self._path}/issues/{self._number()}/comments", {"body": text})

    def edit_comment(self, note: Note, text: str) -> None:
        """Replace a comment's text."""
        self._api().call("PATCH", f"{self._path}/issues/comments/{note.id}", {"body": text})

    def delete_comment(self, note: Note) -> None:
        """Delete a comment."""
        self._api().call("DELETE", f"{self._path}/issues/comments/{note.id}")

    def issues(self) -> list[Note]:
        """Our open issues; a pull request is one to this API, and isn't meant."""
        found = self._api().pages(f"{self._path}/issues?state=open&direction=asc")
        return _ours((each for each in found if "pull_request" not in each), by="number")

    def open_issue(self, title: str, text: str) -> None:
        """Open another issue."""
        self._api().call("POST", f"{self._path}/issues", {"title": title, "body": text})

    def edit_issue(self, note: Note, text: str) -> None:
        """Replace an issue's text."""
        self._api().call("PATCH", f"{self._path}/issues/{note.id}", {"body": text})

    def close_issue(self, note: Note) -> None:
        """Close an issue."""
        self._api().call("PATCH", f"{self._path}/issues/{note.id}", {"state": "closed"})

    def _number(self) -> int:
        return int(self._event()["number"])

    def _event(self) -> Mapping[str, Any]:
        path = Path(required(self._environment, "GITHUB_EVENT_PATH"))
        try:
            found = json.loads(path.read_text("utf-8")).get("pull_request")
        except (OSError, ValueError) as problem:
            raise KitError(f"{path}, the runner's event, can't be read: {problem}.") from None
        if not isinstance(found, dict):
            raise KitError("This job is about no pull request.", why="The runner's event names none.")
        return found

    def _api(self) -> Api:
        token = required(self._environment, "GITHUB_TOKEN")
        return Api(
            required(self._environment, "GITHUB_API_URL"),
            {
                "Authorization": f"Bearer {token}",
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )


def _ours(found: Iterable[Mapping[str, Any]], by: str = "id") -> list[Note]:
    return [
        Note(int(each[by]), str(each["body"] or ""))
        for each in found
        if (each.get("user") or {}).get("login") == ACCOUNT
    ]
