"""A client that signs with the official SDK's signer and sends through the local OCI's proxy."""

import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
import oci
from oci._vendor import requests

from tests.local import Local

IDENTITY = "https://identity.us-ashburn-1.oci.oraclecloud.com/20160918"


class Caller:
    """Sends requests as the local administrator, or unsigned."""

    def __init__(self, local: Local) -> None:
        config = local.oci_config()
        self.tenancy: str = local.home["tenancy"]
        self.signer = oci.signer.Signer.from_config(config)
        trust = ssl.create_default_context(cafile=local.home["ca"])
        self.http = httpx.Client(proxy=local.home["proxy"], verify=trust, trust_env=False, timeout=30)

    def signed(
        self, method: str, url: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        """The headers of a signed request; a body counts as JSON."""
        content = None if body is None else json.dumps(body)
        prepared = requests.Request(method, url, data=content, headers=headers or {}).prepare()
        found: dict[str, str] = dict(self.signer(prepared).headers)
        return found

    def send(
        self, method: str, url: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Sign a request and send it."""
        content = None if body is None else json.dumps(body)
        return self.http.request(
            method, url, content=content, headers=self.signed(method, url, body, headers)
        )

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Sign and send a GET to identity."""
        return self.send("GET", IDENTITY + path, headers=headers)

    def tenancies(self) -> httpx.Response:
        """The simplest request that is decided by a policy."""
        return self.get(f"/tenancies/{self.tenancy}")

    def new_compartment(self, name: str) -> httpx.Response:
        """Ask for a compartment in the tenancy."""
        body = {"compartmentId": self.tenancy, "name": name, "description": "made by a test"}
        return self.send("POST", f"{IDENTITY}/compartments", body)

    def compartments(self) -> list[dict[str, Any]]:
        """All compartments in the tenancy."""
        found: list[dict[str, Any]] = self.get(f"/compartments?compartmentId={self.tenancy}").json()
        return found


@contextmanager
def calling(local: Local) -> Iterator[Caller]:
    """A caller whose connections are closed at the end."""
    caller = Caller(local)
    try:
        yield caller
    finally:
        caller.http.close()
