"""What OCI may answer in the middle of `up`: one clear message each, and the next `up` finishes the work."""

from typing import Any

import pytest

from tests.engine.machine import Machine
from tests.sampling import sampled

_CREATE = {"method": "POST", "host": "generativeai", "path": "/apikeys$"}
_RENEW = {"method": "POST", "host": "generativeai", "path": "/renew"}
_PUBLISH = {"method": "PUT", "host": "vaults", "path": "/secrets/"}
_POLICY = {"method": "POST", "host": "identity", "path": "/policies"}


def _answers(status: int, code: str) -> dict[str, object]:
    return {"action": "status", "status": status, "code": code, "message": f"injected {status}"}


_401 = _answers(401, "NotAuthenticated")
_404 = _answers(404, "NotAuthorizedOrNotFound")
_409 = _answers(409, "IncorrectState")
_429 = _answers(429, "TooManyRequests")
_500 = _answers(500, "InternalServerError")
_RESET = {"action": "reset", "when": "before"}
_LOST = {"action": "reset", "when": "after"}


_CASES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "create 401": (_CREATE, _401, "401 NotAuthenticated"),
    "create 404": (_CREATE, _404, "404 NotAuthorizedOrNotFound"),
    "create 409": (_CREATE, _409, "409 IncorrectState"),
    "create 429": (_CREATE, _429, "429 TooManyRequests"),
    "create 500": (_CREATE, _500, "500 InternalServerError"),
    "create reset": (_CREATE, _RESET, "no answer"),
    "create answer lost": (_CREATE, _LOST, "no answer"),
    "renew 404": (_RENEW, _404, "404 NotAuthorizedOrNotFound"),
    "renew 409": (_RENEW, _409, "409 IncorrectState"),
    "renew answer lost": (_RENEW, _LOST, "never arrived"),
    "publish 429": (_PUBLISH, _429, "429 TooManyRequests"),
    "publish answer lost": (_PUBLISH, _LOST, "no answer"),
    "policy 404": (_POLICY, _404, "404 NotAuthorizedOrNotFound"),
    "policy 500": (_POLICY, _500, "500 InternalServerError"),
}


@pytest.mark.parametrize("case", sampled(_CASES, "renew 409"))
def test_up_says_once_what_failed_and_the_next_one_finishes(small: Machine, case: str) -> None:
    """A failed `up` has one error of one resource, and no traceback; then there is one key, and it works."""
    where, what, says = _CASES[case]
    small.fault(**where, **what, count=None)

    failed = small.up()
    small.clear_faults()

    assert failed.code != 0, failed.said
    assert says in failed.said
    assert "Traceback" not in failed.said
    errors = [line.strip() for line in failed.out.splitlines() if line.strip().startswith("error: ")]
    assert len(errors) == 2, failed.said
    assert "error: update failed" in errors
    small.up(check=True)
    assert len(small.api_keys()) == 1
    assert small.refused() == []


def test_answer_cut_inside_a_secret_shows_none_of_it(small: Machine) -> None:
    """An answer that breaks off in the middle of a secret doesn't get it into the output."""
    small.fault(**_RENEW, action="truncate", count=None)

    failed = small.up()
    small.clear_faults()

    assert failed.code != 0
    assert "sk-" not in failed.said
    assert "Traceback" not in failed.said
    small.up(check=True)
