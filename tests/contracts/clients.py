"""Clients of the official SDK for a local OCI, and a shell that leads any client to it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar
from unittest import mock

import oci

from tests.local import Local

Client = TypeVar("Client")
Json = Any
"""A decoded JSON value, or what the SDK made of one."""

READS = 5
_parsed = cache(oci.signer.load_private_key)


@contextmanager
def shell(local: Local) -> Iterator[None]:
    """Lead every client of this process to the local OCI, for a while."""
    with mock.patch.dict(os.environ, local.env(), clear=True):
        yield


@contextmanager
def parsing_keys_once() -> Iterator[None]:
    """Let the SDK remember private keys: it parses one for each client, which takes as long as ten calls."""
    with mock.patch("oci.signer.load_private_key", _parsed):
        yield


def client(local: Local, kind: Callable[..., Client], region: str = "us-ashburn-1", **how: str) -> Client:
    """A client of the official SDK for a region, without retries: a refusal is to be seen at once."""
    with parsing_keys_once():
        return kind(local.oci_config(region), retry_strategy=oci.retry.NoneRetryStrategy(), **how)


def until(state: str, read: Callable[[], Json]) -> Json:
    """Read a resource until it is in a state, and return what was read: a passing state ends with reading."""
    seen = []
    for _ in range(READS):
        data = read().data
        if data.lifecycle_state == state:
            return data
        seen.append(data.lifecycle_state)
    raise AssertionError(f"not {state} after {READS} reads but {seen}")


def gone(read: Callable[[], Json]) -> None:
    """Read a resource until it answers 404."""
    for _ in range(READS):
        try:
            read()
        except oci.exceptions.ServiceError as refusal:
            if (refusal.status, refusal.code) == (404, "NotAuthorizedOrNotFound"):
                return
            raise
    raise AssertionError(f"still there after {READS} reads")
