"""What OCI may answer in the middle of `up`: one clear message each, and the next `up` finishes the work."""

from collections.abc import Mapping

import pytest

from tests.engine.machine import Machine

_KEYS = {"host": "generativeai", "path": "/apikeys"}
_SECRETS = {"host": "vaults", "path": "/secrets"}


def _status(status: int, code: str) -> dict[str, object]:
    return {"action": "status", "status": status, "code": code, "message": f"injected {status}"}


@pytest.mark.parametrize(
    "where",
    [
        pytest.param({"method": "POST", **_KEYS}, id="create"),
        pytest.param({"method": "POST", "host": "generativeai", "path": "/renew"}, id="renew"),
        pytest.param({"method": "PUT", **_SECRETS}, id="publish"),
    ],
)
@pytest.mark.parametrize(
    "what",
    [
        pytest.param(_status(401, "NotAuthenticated"), id="401"),
        pytest.param(_status(404, "NotAuthorizedOrNotFound"), id="404"),
        pytest.param(_status(409, "IncorrectState"), id="409"),
        pytest.param(_status(429, "TooManyRequests"), id="429"),
        pytest.param(_status(500, "InternalServerError"), id="500"),
        pytest.param({"action": "reset", "when": "before"}, id="reset before"),
        pytest.param({"action": "reset", "when": "after"}, id="reset after"),
    ],
)
def test_up_survives_what_oci_answers(
    small: Machine, where: Mapping[str, object], what: Mapping[str, object]
) -> None:
    """A failed `up` says so once and without traceback; the next one finishes, with one key and no orphan."""
    small.fault(**where, **what, count=None)

    failed = small.up()
    small.clear_faults()

    assert failed.code != 0, failed.said
    assert "Traceback" not in failed.said
    small.up(check=True)
    assert len(small.api_keys()) == 1
    small.kit("verify", "--stack", "small", check=True)
