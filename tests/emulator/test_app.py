"""From a request to its answer: rollback, mistakes of ours, many at once, and nothing secret on disk."""

import asyncio
import base64
import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from emulator import app as apps
from emulator.app import App
from emulator.asgi import Message
from emulator.authority import Authority
from emulator.cipher import Cipher, CipherError
from emulator.clock import Clock
from emulator.database import Database
from emulator.faults import Faults
from emulator.ids import Ids
from emulator.journal import Journal
from emulator.routes import Routes
from emulator.store import Store
from emulator.switches import Switches
from emulator.wire import Answer, Call, Refusal, Route, World
from tests.emulator.caller import Caller, calling
from tests.local import Local, running

REGION = "us-chicago-1"
HOST = b"inference.generativeai.us-chicago-1.oci.oraclecloud.com"


class Answered:
    """What an app answered to one request, sent as ASGI has it."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    async def send(self, message: Message) -> None:
        """Take a message."""
        self.messages.append(dict(message))

    @property
    def status(self) -> int:
        """HTTP status."""
        return int(self.messages[0]["status"])

    @property
    def headers(self) -> dict[bytes, bytes]:
        """Headers."""
        return dict(self.messages[0]["headers"])

    @property
    def body(self) -> bytes:
        """Whole body."""
        return b"".join(message["body"] for message in self.messages[1:])


Ask = Callable[[Callable[[Call], Answer]], Answered]


@pytest.fixture
def store(database: Database) -> Store:
    """The store that `ask`'s handlers use."""
    return Store(database, Clock(database))


@pytest.fixture
def ask(database: Database, store: Store, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Ask a service that has one operation; inference, for that needs no signature."""

    def asked(handler: Callable[[Call], Answer]) -> Answered:
        monkeypatch.setattr(apps, "SERVICES", {"inference": (Route("POST", "/{what}", "Do", handler),)})
        clock = Clock(database)
        world = World(store, clock, Switches(database), Cipher(bytes(32)), Ids(), Authority(store, clock))
        app = App(world, database, Journal(database), Faults(), lambda _: Answer(), lambda _: None)
        scope = {
            "method": "POST",
            "raw_path": b"/a%20b",
            "query_string": b"",
            "headers": [(b"host", HOST)],
            "client": ("127.0.0.1", 1),
        }
        answered = Answered()

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        asyncio.run(app(scope, receive, answered.send))
        return answered

    return asked


def test_refused_request_leaves_no_trace(ask: Ask, store: Store) -> None:
    """What a handler wrote before it refused is taken back."""

    def refuse(call: Call) -> Answer:
        call.world.store.put("thing", {"id": "a"})
        raise Refusal(409, "IncorrectState", "Not now.", {"retry-after": "1"})

    answered = ask(refuse)
    assert (answered.status, json.loads(answered.body)) == (
        409,
        {"code": "IncorrectState", "message": "Not now."},
    )
    assert answered.headers[b"retry-after"] == b"1"
    assert store.find("thing") == []


def test_mistake_of_ours_is_a_500_that_tells_nothing(
    ask: Ask, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """The log has the place, and not the text, which may hold a piece of the request."""
    secret = base64.b64encode(bytes(range(24))).decode()

    def fail(call: Call) -> Answer:
        call.world.store.put("thing", {"id": "a"})
        raise ValueError(secret)

    with caplog.at_level(logging.ERROR):
        answered = ask(fail)
    assert answered.status == 500
    assert json.loads(answered.body) == {
        "code": "InternalServerError",
        "message": "The local OCI failed; its log says where.",
    }
    assert "POST /a%20b failed: ValueError" in caplog.text
    assert secret not in caplog.text
    assert store.find("thing") == []


def test_params_of_the_path_are_decoded(ask: Ask) -> None:
    """Once, and only after the path was taken apart."""
    assert json.loads(ask(lambda call: Answer(call.params)).body) == {"what": "a b"}


def test_answer_without_content_has_no_length(ask: Ask) -> None:
    """204 allows neither body nor length (RFC 9110, section 8.6)."""
    answered = ask(lambda _: Answer(status=204))
    assert answered.body == b""
    assert b"content-length" not in answered.headers
    assert b"content-type" not in answered.headers


def test_empty_answer_has_length_zero(ask: Ask) -> None:
    """A client needn't wait for the end of the connection."""
    answered = ask(lambda _: Answer())
    assert answered.headers[b"content-length"] == b"0"


def test_stream_is_sent_piece_by_piece(ask: Ask) -> None:
    """Without a length, which nobody knows beforehand."""
    answered = ask(lambda _: Answer(stream=iter([b"one", b"two"]), headers={"content-type": "text/plain"}))
    assert [message["body"] for message in answered.messages[1:]] == [b"one", b"two", b""]
    assert b"content-length" not in answered.headers
    assert answered.headers[b"content-type"] == b"text/plain"


@pytest.mark.parametrize(
    ("method", "path", "found"),
    [
        ("GET", "/a", ("list", {})),
        ("POST", "/a", None),
        ("GET", "/a/", None),
        ("GET", "/a/b", ("read", {"id": "b"})),
        ("GET", "/a/b%2Fc", ("read", {"id": "b/c"})),
        ("GET", "/a/special", ("special", {})),
        ("GET", "/a/b/do", ("do", {"id": "b"})),
        ("GET", "/a/b/do/more", None),
    ],
)
def test_route_is_found_by_method_and_path(
    method: str, path: str, found: tuple[str, dict[str, str]] | None
) -> None:
    """The first that fits; a placeholder takes one segment, and no empty one."""
    paths = {"list": "/a", "special": "/a/special", "read": "/a/{id}", "do": "/a/{id}/do"}
    routes = Routes(Route("GET", path, name, lambda _: Answer()) for name, path in paths.items())
    got = routes.find(method, path)
    assert (None if got is None else (got[0].operation, got[1])) == found


def test_cipher_opens_only_what_it_sealed() -> None:
    """Another key's, a changed or a cut text is refused; the same text never looks the same twice."""
    cipher = Cipher(bytes(32))
    sealed = cipher.encrypt(b"text")
    assert cipher.decrypt(sealed) == b"text"
    assert cipher.encrypt(b"text") != sealed
    assert b"text" not in sealed
    for wrong in (sealed[:-1], sealed[:4], b"", Cipher(b"1" * 32).encrypt(b"text")):
        with pytest.raises(CipherError):
            cipher.decrypt(wrong)
    assert repr(cipher) == "Cipher(...)"


def test_many_at_once_are_answered_as_if_one_by_one(emulator: Local) -> None:
    """Of eight that want the same name, one gets it."""

    def want(_: int) -> int:
        with calling(emulator) as caller:
            return caller.new_compartment("wanted-by-all").status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(want, range(8)))
    assert statuses == [200] + [409] * 7


def test_stopping_does_not_wait_for_held_requests(tmp_path: Path) -> None:
    """They are cut off, and the process ends in order."""
    with running(tmp_path / "home") as local, calling(local) as caller, ThreadPoolExecutor(1) as pool:
        local.fault(action="hold")
        waiting = pool.submit(caller.tenancies)
        while not local.admin("GET", "/faults")["faults"][0]["held"]:
            pass
        assert local.stop() == 0
        assert waiting.exception(10) is not None
    assert (tmp_path / "home" / "log" / "emulator.log").read_text() == ""


def test_no_secret_is_written_in_the_clear(tmp_path: Path) -> None:
    """Neither an API key's value nor a Vault secret's content is in any file of the home."""
    folder = tmp_path / "home"
    with running(folder) as local, calling(local) as caller:
        value = make_api_key(caller)
        content = store_in_vault(caller, value)
        chat = f"https://inference.generativeai.{REGION}.oci.oraclecloud.com/openai/v1/chat/completions"
        assert (
            caller.http.post(chat, headers={"authorization": f"Bearer {value}"}, json={}).status_code != 500
        )
        written = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert {"state.db", "state.db-wal", "emulator.log"} <= set(written)
    for name, data in written.items():
        for secret in (value, content):
            assert secret.encode() not in data, name


def make_api_key(caller: Caller) -> str:
    """Make an API key and return its value."""
    expiry = (datetime.now(UTC) + timedelta(days=90)).isoformat()
    body = {
        "displayName": "key",
        "compartmentId": caller.tenancy,
        "keyDetails": [{"keyName": "key-one", "timeExpiry": expiry}],
    }
    made = caller.send("POST", f"https://generativeai.{REGION}.oci.oraclecloud.com/20231130/apikeys", body)
    return str(made.json()["keys"][0]["key"])


def store_in_vault(caller: Caller, value: str) -> str:
    """Put a value into a Vault, read it back, and return it as it travelled."""
    kms = f"https://kms.{REGION}.oraclecloud.com"
    place = {"compartmentId": caller.tenancy, "displayName": "x"}
    vault = caller.send("POST", f"{kms}/20180608/vaults", {**place, "vaultType": "DEFAULT"}).json()
    shape = {"algorithm": "AES", "length": 32}
    key = caller.send(
        "POST", f"{vault['managementEndpoint']}/20180608/keys", {**place, "keyShape": shape}
    ).json()
    caller.send("GET", f"{kms}/20180608/vaults/{vault['id']}")
    caller.send("GET", f"{vault['managementEndpoint']}/20180608/keys/{key['id']}")
    content = base64.b64encode(value.encode()).decode()
    body = {
        "compartmentId": caller.tenancy,
        "vaultId": vault["id"],
        "keyId": key["id"],
        "secretName": "x",
        "secretContent": {"contentType": "BASE64", "content": content},
    }
    made = caller.send("POST", f"https://vaults.{REGION}.oci.oraclecloud.com/20180608/secrets", body)
    bundles = f"https://secrets.vaults.{REGION}.oci.oraclecloud.com/20190301/secretbundles"
    bundle = caller.send("GET", f"{bundles}/{made.json()['id']}").json()
    assert bundle["secretBundleContent"]["content"] == content
    return content
