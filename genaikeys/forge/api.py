"""A forge's REST API: JSON over HTTPS, one header that holds the token, pages of a hundred."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from genaikeys.errors import KitError

__all__ = ["Api", "required"]

_TIMEOUT = 30.0
_PAGE = 100
_MOST_PAGES = 100


def required(environment: Mapping[str, str], name: str) -> str:
    """A variable that the runner, or the job's own definition, must have set.

    Raises:
        KitError: It isn't there.
    """
    value = environment.get(name, "")
    if not value:
        raise KitError(
            f"The variable {name} isn't set.",
            why="The runner sets it, or the job hands it to this step.",
            next_step="Compare the job with the workflows of this kit; see docs/ci.md.",
        )
    return value


class Api:
    """Calls of one forge.

    Args:
        base: Address that paths are below; https, or http on loopback.
        headers: Of each request. What they hold is in no message.

    Raises:
        KitError: A token would go over plain HTTP.
    """

    def __init__(self, base: str, headers: Mapping[str, str]) -> None:
        parts = urlsplit(base)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname == "127.0.0.1"):
            raise KitError(f"{base} is no https address, and a token would travel to it in the clear.")
        self._base = base.rstrip("/")
        self._headers = dict(headers)

    def call(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401 - JSON
        """Make one call.

        Returns:
            The answer's JSON; None where it has no content.

        Raises:
            KitError: The forge refuses, or can't be reached.
        """
        return self._call(method, path, body)

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        """Every entry of a list.

        Raises:
            KitError: As `call`, or the list doesn't end.
        """
        joint = "&" if "?" in path else "?"
        for page in range(1, _MOST_PAGES + 1):
            found = self._call("GET", f"{path}{joint}per_page={_PAGE}&page={page}", None)
            yield from found
            if len(found) < _PAGE:
                return
        raise KitError(f"{self._base}{path} has more than {_MOST_PAGES * _PAGE} entries.")

    def _call(self, method: str, path: str, body: Mapping[str, object] | None) -> Any:  # noqa: ANN401 - JSON
        import httpx

        try:
            answer = httpx.request(
                method,
                f"{self._base}{path}",
                headers=self._headers,
                json=body,
                timeout=_TIMEOUT,
                follow_redirects=False,
            )
            if answer.is_success:
                return answer.json() if answer.content else None
        except (httpx.HTTPError, ValueError) as problem:
            raise KitError(f"{method} {self._base}{path} failed: {type(problem).__name__}.") from None
        raise KitError(
            f"{method} {self._base}{path} was refused with {answer.status_code}.",
            next_step="Give the job's token what docs/ci.md says that this job needs.",
        )
