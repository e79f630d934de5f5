"""A stand-in for GitHub's and GitLab's REST API on loopback: it keeps comments and issues, as these do.

The one double here: the real ones can't be had on a machine without a network. It knows what the
documentation of both says of the few endpoints that jobs call, refuses whoever has not its token, and answers
in pages.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN = "a-token-of-this-test"
ACCOUNTS = {"github": "github-actions[bot]", "gitlab": "project_1_bot"}


@dataclass
class StandIn:
    """What it keeps.

    Attributes:
        address: Where it listens.
        comments: By id; each with `user` and `body`.
        issues: By number; each with `user`, `title`, `body` and `state`.
        calls: Method and path of each request that changed something.
        refuses: A status with which everything is refused.
    """

    address: str = ""
    comments: dict[int, dict[str, Any]] = field(default_factory=dict)
    issues: dict[int, dict[str, Any]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    refuses: int | None = None

    def say(self, body: str, user: str = "somebody") -> int:
        """Write a comment as somebody."""
        return self._new(self.comments, {"user": user, "body": body})

    def complain(self, body: str, user: str = "somebody", **more: Any) -> int:
        """Open an issue as somebody."""
        return self._new(self.issues, {"user": user, "title": "t", "body": body, "state": "open", **more})

    def said(self, user: str | None = None) -> list[str]:
        """The comments that are there, or somebody's."""
        return [each["body"] for each in self.comments.values() if user in (None, each["user"])]

    @staticmethod
    def _new(kept: dict[int, dict[str, Any]], what: dict[str, Any]) -> int:
        number = max(kept, default=40) + 1
        kept[number] = what
        return number


def _is_github(request: Request) -> bool:
    return request.url.path.startswith("/repos/")


def _refusal(kept: StandIn, request: Request) -> Response | None:
    own = request.headers.get("authorization") == f"Bearer {TOKEN}"
    if not (own if _is_github(request) else request.headers.get("private-token") == TOKEN):
        return JSONResponse({"message": "Bad credentials"}, 401)
    return Response(status_code=kept.refuses) if kept.refuses else None


def _shown(request: Request, number: int, each: dict[str, Any], *, is_issue: bool) -> dict[str, Any]:
    """An entry of a list, as either forge has it."""
    if not _is_github(request):
        mine = {"author": {"username": each["user"]}, "id": number}
        if not is_issue:
            return {**mine, "body": each["body"]}
        return {**mine, "id": number * 1000, "iid": number, "description": each["body"]}
    mine = {"user": {"login": each["user"]}, "body": each["body"], "id": number}
    if not is_issue:
        return mine
    extra: dict[str, Any] = {"pull_request": {}} if each.get("pull_request") else {}
    return {**mine, "id": number * 1000, "number": number, **extra}


def _listed(request: Request, store: dict[int, dict[str, Any]], *, is_issue: bool) -> Response:
    size, page = int(request.query_params["per_page"]), int(request.query_params["page"])
    found = [
        _shown(request, number, each, is_issue=is_issue)
        for number, each in store.items()
        if each.get("state", "open") == "open"
    ]
    return JSONResponse(found[(page - 1) * size : page * size])


async def _changed(request: Request, store: dict[int, dict[str, Any]]) -> Response:
    if request.method == "DELETE":
        del store[int(request.path_params["number"])]
        return Response(status_code=204)
    body = await request.json()
    text = body.get("description", body.get("body"))
    if request.method == "POST":
        user = ACCOUNTS["github" if _is_github(request) else "gitlab"]
        StandIn._new(store, {"user": user, "body": text, "title": body.get("title"), "state": "open"})
        return JSONResponse({}, 201)
    found = store[int(request.path_params["number"])]
    if text is not None:
        found["body"] = text
    if body.get("state") == "closed" or body.get("state_event") == "close":
        found["state"] = "closed"
    return JSONResponse({})


def _routes(kept: StandIn) -> list[Route]:
    async def answer(request: Request) -> Response:
        if (refusal := _refusal(kept, request)) is not None:
            return refusal
        if request.url.path == "/user":
            return JSONResponse({"username": ACCOUNTS["gitlab"]})
        is_issue = not {"merge_requests", "comments"} & set(request.url.path.split("/"))
        store = kept.issues if is_issue else kept.comments
        if request.method == "GET":
            return _listed(request, store, is_issue=is_issue)
        kept.calls.append(f"{request.method} {request.url.path}")
        return await _changed(request, store)

    lists = ("/repos/o/r/issues/7/comments", "/repos/o/r/issues")
    mine = ("/projects/1/merge_requests/7/notes", "/projects/1/issues")
    return [
        Route("/user", answer),
        *(Route(path, answer, methods=["GET", "POST"]) for path in (*lists, *mine)),
        Route("/repos/o/r/issues/comments/{number:int}", answer, methods=["PATCH", "DELETE"]),
        Route("/repos/o/r/issues/{number:int}", answer, methods=["PATCH"]),
        *(Route(f"{path}/{{number:int}}", answer, methods=["PUT", "DELETE"]) for path in mine),
    ]


@contextmanager
def running() -> Iterator[StandIn]:
    """Start it on a free port, and stop it at the end."""
    kept = StandIn()
    config = uvicorn.Config(
        Starlette(routes=_routes(kept)), host="127.0.0.1", port=0, log_level="error", lifespan="off"
    )
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    socket.listen()  # who asks before it has started waits
    kept.address = f"http://127.0.0.1:{socket.getsockname()[1]}"
    thread = threading.Thread(target=server.run, args=([socket],), daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.should_exit = True
        thread.join(10)
        socket.close()


def environment(kind: str, address: str, event: str = "") -> dict[str, str]:
    """The variables of a runner."""
    if kind == "github":
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": "o/r",
            "GITHUB_API_URL": address,
            "GITHUB_EVENT_PATH": event,
            "GITHUB_TOKEN": TOKEN,
        }
    return {
        "GITLAB_CI": "true",
        "CI_PROJECT_ID": "1",
        "CI_API_V4_URL": address,
        "CI_MERGE_REQUEST_IID": "7",
        "CI_COMMIT_SHA": "0" * 40,
        "GITLAB_TOKEN": TOKEN,
    }
