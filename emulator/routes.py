"""Finds the operation behind a method and a path."""

from collections.abc import Iterable
from urllib.parse import unquote

from emulator.wire import Route

__all__ = ["Routes"]


class Routes:
    """The routes of one service; where two fit, the first one counts."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = [(route, route.path.split("/")) for route in routes]

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route of a request and its placeholders' values, decoded; None where there is none.

        Args:
            method: HTTP method.
            path: Path as it came, not decoded.
        """
        parts = path.split("/")
        for route, template in self._routes:
            if route.method != method or len(template) != len(parts):
                continue
            params = {}
            for wanted, part in zip(template, parts, strict=True):
                if wanted.startswith("{") and part:
                    params[wanted[1:-1]] = unquote(part)
                elif wanted != part:
                    break
            else:
                return route, params
        return None
