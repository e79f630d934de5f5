"""Does a secret work? One short call to a model of its region."""

import os
import ssl
import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from genaikeys.oci.secret import Secret
from genaikeys.rotation.world import Verdict

if TYPE_CHECKING:
    import httpx

__all__ = ["prepare", "probe"]

_PATH = "/20231130/actions/v1/chat/completions"
"""The base path that Oracle's API-key page prints (OCI Generative AI documentation, "API Keys")."""
_PAUSE = 1.0
"""Seconds between two tries of a value that is refused."""
_TIMEOUT = 20.0
"""Seconds for one call."""
_TOKENS = 16
"""Enough for a reasoning model to answer anything at all."""


def probe(
    secret: Secret,
    region: str,
    models: Sequence[str],
    *,
    added: Sequence[str] = (),
    patience: float,
    pause: Callable[[float], None] = time.sleep,
) -> Verdict:
    """Try models in turn until one answers 200 or 401, and then those that were added.

    Only 200 says that the value works, only 401 that it doesn't: 404, 429, 5xx and silence speak of the model
    or the service, so the next model is asked. A 401 is asked again until ``patience`` is over, because a
    policy takes a while. The value goes to the region's inference host and to no other: no redirect is
    followed.

    Args:
        secret: What to try.
        region: Region identifier.
        models: Names of models, the likeliest first.
        added: Models of which none may answer 401.
        patience: Seconds for which a 401 is asked again.
        pause: How to wait.
    """
    import httpx

    until = time.monotonic() + patience
    url = f"https://inference.generativeai.{region}.oci.oraclecloud.com{_PATH}"
    with httpx.Client(verify=_trust(), follow_redirects=False, timeout=_TIMEOUT) as client:
        while True:
            verdict = _once(client, url, secret, models, added)
            if not verdict.is_refusal or time.monotonic() >= until:
                return verdict
            pause(_PAUSE)


def prepare() -> None:
    """Load what a probe needs, where there is time to wait for anyway."""
    _trust()


def _trust() -> ssl.SSLContext:
    return _trusting(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@cache
def _trusting(file: str | None, folder: str | None) -> ssl.SSLContext:  # noqa: ARG001 - they key the cache
    """The certificates that these variables name; reading them takes longer than a call."""
    import httpx

    return httpx.create_ssl_context()


def _once(
    client: "httpx.Client", url: str, secret: Secret, models: Sequence[str], added: Sequence[str]
) -> Verdict:
    for model in models:
        status = _status(client, url, secret, model)
        if status == 401:
            return Verdict.REFUSED
        if status == 200:
            others = (each for each in added if each != model)
            is_narrow = any(_status(client, url, secret, each) == 401 for each in others)
            return Verdict.NARROW if is_narrow else Verdict.WORKS
    return Verdict.SILENT


def _status(client: "httpx.Client", url: str, secret: Secret, model: str) -> int | None:
    """HTTP status of one call; None where nobody answered."""
    import httpx

    body = {
        "model": model,
        "max_tokens": _TOKENS,
        "messages": [{"role": "user", "content": "Answer with the word yes."}],
    }
    try:
        answer = client.post(url, json=body, headers={"Authorization": f"Bearer {secret.reveal()}"})
    except httpx.HTTPError:
        return None
    return answer.status_code
