"""Calls the addresses that the article prints, with a region filled in."""

from typing import TYPE_CHECKING

from genaikeys.seed.article import Block

if TYPE_CHECKING:
    from genaikeys.oci import Secret

__all__ = ["call"]

_LIMIT = 60.0
_REGION = "<region-identifier>"
_BODIES: dict[str, dict[str, object]] = {
    "chat/completions": {"messages": [{"role": "user", "content": "Say hello."}]},
    "responses": {"input": "Say hello."},
}


def call(block: Block, region: str, secret: "Secret", model: str) -> tuple[str, bool]:
    """Post to an address, or, where it is a base URL, to both paths below it.

    Returns:
        What came back, in words, and whether every call was answered.
    """
    import httpx

    address = block.text.strip().replace(_REGION, region)
    named = [path for path in _BODIES if address.endswith(f"/{path}")]
    targets = [(path, address) for path in named] or [(path, f"{address}/{path}") for path in _BODIES]
    words, met = [], True
    for path, url in targets:
        headers = {"authorization": f"Bearer {secret.reveal()}"}
        try:
            answer = httpx.post(url, headers=headers, json={"model": model, **_BODIES[path]}, timeout=_LIMIT)
        except httpx.HTTPError as problem:
            words.append(f"POST /{path} fails ({type(problem).__name__})")
            met = False
        else:
            words.append(f"POST /{path} {'answers' if answer.is_success else f'gives {answer.status_code}'}")
            met = met and answer.is_success
    return f"in {region}, {' and '.join(words)}", met
