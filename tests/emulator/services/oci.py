"""A local OCI in the test's own process: handlers are called as the front calls them, without a network.

Signature, TLS and routing by host have tests of their own; here a call is already somebody's, by default the
local administrator's. Elapsed time stands still unless a test lets it pass.
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from emulator.clock import Clock
from emulator.services import SERVICES
from emulator.services.request import stamp
from emulator.wire import Call, Refusal, Route, World
from genaikeys.iam import Principal

Json = Any
"""A decoded JSON value, or what a request is made of."""

BEGINNING = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOME = "us-ashburn-1"
HOSTS = {
    "kms": "kms.{region}.oraclecloud.com",
    "inference": "inference.generativeai.{region}.oci.oraclecloud.com",
}


class StoppedClock(Clock):
    """A clock that only a test moves: real time stands still."""

    passed = 0.0

    def elapsed(self) -> float:
        """Real time in seconds, as far as the test let it pass."""
        return BEGINNING.timestamp() + self.passed


@dataclass
class Reply:
    """What a handler answered, or how it refused."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def refusal(self) -> tuple[int, str, str]:
        """Status, code and message of a refusal."""
        return self.status, self.body["code"], self.body["message"]


class Oci:
    """Calls to the services of one world."""

    def __init__(self, world: World, clock: StoppedClock, admin: Principal, tenancy: str) -> None:
        self.world = world
        self.clock = clock
        self.admin = admin
        self.tenancy = tenancy
        self.grants: dict[str, str] = {}
        self.count = 0

    def call(
        self,
        service: str,
        method: str,
        path: str,
        *,
        region: str = HOME,
        host: str | None = None,
        headers: Mapping[str, str] | None = None,
        principal: Principal | None = None,
        **body: Json,
    ) -> Reply:
        """Send a request; the keyword arguments that are left are its JSON body."""
        route, params = _route(service, method, urlsplit(path).path)
        self.count += 1
        call = Call(
            method=method,
            host=host or HOSTS.get(service, service + ".{region}.oci.oraclecloud.com").format(region=region),
            service=service,
            region=region,
            path=urlsplit(path).path,
            query=parse_qs(urlsplit(path).query),
            headers=dict(headers or {}),
            body=json.dumps(body).encode() if body else b"",
            params=params,
            principal=None if service == "inference" else principal or self.admin,
            request_id=f"request-{self.count}",
            operation=route.operation,
            world=self.world,
        )
        try:
            answer = route.handler(call)
        except Refusal as refusal:
            return Reply(refusal.status, {"code": refusal.code, "message": refusal.message}, refusal.headers)
        content = answer.body if answer.stream is None else b"".join(answer.stream)
        return Reply(answer.status, content, answer.headers)

    def get(self, service: str, path: str, **how: Json) -> Json:
        """Body of a GET that must succeed."""
        return self._succeed(service, "GET", path, **how).body

    def post(self, service: str, path: str, **how: Json) -> Json:
        """Body of a POST that must succeed."""
        return self._succeed(service, "POST", path, **how).body

    def put(self, service: str, path: str, **how: Json) -> Json:
        """Body of a PUT that must succeed."""
        return self._succeed(service, "PUT", path, **how).body

    def delete(self, service: str, path: str, **how: Json) -> Reply:
        """Send a DELETE that must succeed."""
        return self._succeed(service, "DELETE", path, **how)

    def etag(self, service: str, path: str, **how: Json) -> str:
        """Present etag of a resource."""
        return self._succeed(service, "GET", path, **how).headers["etag"]

    def refused(self, service: str, method: str, path: str, **how: Json) -> tuple[int, str, str]:
        """Status, code and message with which a request is refused."""
        reply = self.call(service, method, path, **how)
        assert reply.status >= 400, reply
        return reply.refusal

    def wait(self, seconds: float) -> None:
        """Let elapsed time pass, and the virtual clock with it."""
        self.clock.passed += seconds

    def travel(self, *, days: int) -> None:
        """Move the virtual clock."""
        self.clock.move_by(days * 86400)

    def travel_to(self, moment: str) -> None:
        """Set the virtual clock."""
        self.clock.move_to(datetime.fromisoformat(moment))

    def ahead(self, *, days: int) -> str:
        """The time that many days from now on the virtual clock."""
        return stamp(self.clock.now() + timedelta(days=days))

    def switch(self, name: str, value: str | int) -> None:
        """Set a switch."""
        self.world.switches.set(name, value)

    def compartment(self, name: str, parent: str | None = None) -> str:
        """OCID of a new compartment."""
        made = self.post(
            "identity",
            "/20160918/compartments",
            compartmentId=parent or self.tenancy,
            name=name,
            description="made by a test",
        )
        return str(made["id"])

    def policy(self, *statements: str, wait: bool = True) -> str:
        """OCID of a new policy at the tenancy, in force on return unless told otherwise."""
        made = self.post(
            "identity",
            "/20160918/policies",
            compartmentId=self.tenancy,
            name=f"policy-{self.count}",
            description="made by a test",
            statements=list(statements),
        )
        if wait:
            self.wait(float(self.world.switches.get("policy-delay")))
        return str(made["id"])

    def grant_all_keys(self, compartment: str, *, wait: bool = True) -> None:
        """Let every key of a compartment use the family; `grants` keeps the policy by the name."""
        self.grants[compartment] = self.policy(
            f"Allow any-user to use generative-ai-family in compartment {compartment}"
            " where ALL {request.principal.type='generativeaiapikey'}",
            wait=wait,
        )

    def user(self, name: str, *, group: str) -> Principal:
        """Another user, in one group."""
        return Principal(type="user", id=f"ocid1.user.oc1..{name}", groups=frozenset({group}))

    def vault(self, compartment: str) -> dict[str, str]:
        """OCID (``id``) and management host (``host``) of a new vault."""
        made = self.post(
            "kms", "/20180608/vaults", compartmentId=compartment, displayName="vault", vaultType="DEFAULT"
        )
        return {"id": made["id"], "host": made["managementEndpoint"].removeprefix("https://")}

    def key(
        self, compartment: str, vault: Mapping[str, str], *, algorithm: str = "AES", length: int = 32
    ) -> str:
        """OCID of a new master key."""
        made = self.post(
            "kms-management",
            "/20180608/keys",
            host=vault["host"],
            compartmentId=compartment,
            displayName="key",
            keyShape={"algorithm": algorithm, "length": length},
        )
        self.wait(1)
        return str(made["id"])

    def secret(
        self,
        compartment: str,
        vault: Mapping[str, str],
        key: str,
        *,
        name: str = "secret",
        content: str = "one",
    ) -> str:
        """OCID of a new Vault secret."""
        packed = {"contentType": "BASE64", "content": base64.b64encode(content.encode()).decode()}
        made = self.post(
            "vaults",
            "/20180608/secrets",
            compartmentId=compartment,
            vaultId=vault["id"],
            keyId=key,
            secretName=name,
            secretContent=packed,
        )
        return str(made["id"])

    def api_key(self, compartment: str, *, region: str) -> "Key":
        """A new API key with two slots that last ninety days, ready for use."""
        expiry = self.ahead(days=90)
        made = self.post(
            "generativeai",
            "/20231130/apikeys",
            region=region,
            displayName="chat",
            compartmentId=compartment,
            keyDetails=[{"keyName": name, "timeExpiry": expiry} for name in ("key-one", "key-two")],
        )
        self.wait(1)
        return Key(self, made, region)

    def chat(
        self,
        value: str,
        *,
        region: str,
        model: str | None = "openai.gpt-oss-120b",
        base: str = "/openai/v1",
        say: str = "Hello",
        **fields: Json,
    ) -> Reply:
        """Call chat completions with a secret."""
        body: dict[str, Any] = {"model": model, "messages": [{"role": "user", "content": say}], **fields}
        bearer = {"authorization": f"Bearer {value}"}
        return self.call(
            "inference", "POST", f"{base}/chat/completions", region=region, headers=bearer, **body
        )

    def respond(
        self, value: str, *, region: str, model: str = "openai.gpt-oss-120b", base: str = "/openai/v1"
    ) -> Reply:
        """Call responses with a secret."""
        bearer = {"authorization": f"Bearer {value}"}
        return self.call(
            "inference",
            "POST",
            f"{base}/responses",
            region=region,
            headers=bearer,
            model=model,
            input="Hello",
        )

    def _succeed(self, service: str, method: str, path: str, **how: Json) -> Reply:
        reply = self.call(service, method, path, **how)
        assert reply.status < 400, reply
        return reply


class Key:
    """One API key and the secrets that its creation told."""

    def __init__(self, oci: Oci, made: dict[str, Any], region: str) -> None:
        self.oci = oci
        self.region = region
        self.id: str = made["id"]
        self.compartment: str = made["compartmentId"]
        self.path = f"/20231130/apikeys/{self.id}"
        self.values: dict[str, str] = {item["keyName"]: item["key"] for item in made["keys"]}

    def slot(self, name: str) -> dict[str, Any]:
        """One slot as it reads now."""
        items = self.oci.get("generativeai", self.path, region=self.region)["keys"]
        found: dict[str, Any] = next(item for item in items if item["keyName"] == name)
        return found

    def renew(self, name: str) -> dict[str, Any]:
        """Renew a slot for ninety days and return the key."""
        body: dict[str, Any] = self.try_renew(name).body
        return body

    def renewed(self, name: str) -> str:
        """Renew a slot and return its new secret."""
        return str(next(item["key"] for item in self.renew(name)["keys"] if item["keyName"] == name))

    def try_renew(self, name: str, headers: Mapping[str, str] | None = None) -> Reply:
        """Ask for the renewal of a slot."""
        return self.oci.call(
            "generativeai",
            "POST",
            f"{self.path}/actions/renew",
            region=self.region,
            headers=headers,
            details={"keyName": name, "timeExpiry": self.oci.ahead(days=90)},
        )

    def set_state(self, name: str, state: str) -> None:
        """Set the state of a slot."""
        self.oci.post(
            "generativeai", f"{self.path}/actions/setstate", region=self.region, keyName=name, state=state
        )

    def refused_state(self, name: str, state: str) -> tuple[int, str, str]:
        """How setting the state of a slot is refused."""
        return self.oci.refused(
            "generativeai",
            "POST",
            f"{self.path}/actions/setstate",
            region=self.region,
            keyName=name,
            state=state,
        )


def _route(service: str, method: str, path: str) -> tuple[Route, dict[str, str]]:
    for route in SERVICES[service]:
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route.path)
        found = re.fullmatch(pattern, path)
        if found and route.method == method:
            return route, found.groupdict()
    raise LookupError(f"{service} has no route {method} {path}")
