"""Answers of ListModelDiscovery that are not what they should be, read by OCI's own SDK."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
import requests

from genaikeys.models.refresh import proposed
from genaikeys.oci import Auth, OciError
from genaikeys.oci.client import Clients
from genaikeys.oci.discovery import Discovered, discover
from tests.models.test_refresh import MODELS, known, said

PLACE: dict[str, Any] = {
    "realm": "OC1",
    "region": "us-chicago-1",
    "servingModes": ["ON_DEMAND"],
    "timeOnDemandRetired": None,
    "supportedReplacements": ["meta.llama-10"],
}
MODEL: dict[str, Any] = {
    "modelId": "meta.llama-9",
    "vendor": "meta",
    "capabilities": ["CHAT"],
    "apiCapability": ["OPENAI_V1_CHAT_COMPLETIONS"],
    "modelAccess": "HOSTED",
    "availability": [PLACE],
}
NOBODY = {
    "user": "ocid1.user.oc1..x",
    "tenancy": "ocid1.tenancy.oc1..x",
    "fingerprint": ":".join(["00"] * 16),
    "key_file": "nowhere",
}
"""Credentials that nothing is signed with."""


class _Answers(requests.adapters.BaseAdapter):
    """In the place of the network: one body for every request."""

    def __init__(self, body: object) -> None:
        super().__init__()
        self._body = json.dumps(body).encode()

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        response = requests.Response()
        response.status_code = 200
        response.headers["content-type"] = "application/json"
        response.raw = BytesIO(self._body)
        response.request = request
        return response

    def close(self) -> None:
        return


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Callable[[object], list[Discovered]]:
    """What is read of an answer; nobody waits between tries."""
    monkeypatch.setattr("genaikeys.oci.client.time.sleep", lambda _: None)

    def read(body: object) -> list[Discovered]:
        clients = Clients(Auth())
        clients._credentials = (NOBODY, lambda request: request)
        client = clients.client("generative_ai", "us-chicago-1")
        client.base_client.session.mount("https://", _Answers(body))
        return discover(clients, "us-chicago-1", "ocid1.tenancy.oc1..x")

    return read


def model(**more: object) -> dict[str, object]:
    """An answer of one model."""
    return {"items": [{**MODEL, **more}]}


def place(**more: object) -> dict[str, object]:
    """The same, of which the place is another."""
    return model(availability=[{**PLACE, **more}])


NO_LIST = {"no items": {}, "null items": {"items": None}, "a bare list": [MODEL], "null": None, "text": "x"}


@pytest.mark.parametrize("name", NO_LIST)
def test_error_when_an_answer_holds_no_list(name: str, answered: Callable[[object], object]) -> None:
    """It isn't an empty list, which would say that there are no models."""
    with pytest.raises(OciError) as refused:
        answered(NO_LIST[name])

    assert refused.value.why == "The answer holds no list."


UNREADABLE = {"a day that is none": place(timeOnDemandRetired="soon"), "a number": place(timeDeprecated=5)}


@pytest.mark.parametrize("name", UNREADABLE)
def test_error_when_the_sdk_can_not_read_an_answer(name: str, answered: Callable[[object], object]) -> None:
    """The SDK raises a bare Exception; people get a message."""
    with pytest.raises(OciError) as refused:
        answered(UNREADABLE[name])

    assert (refused.value.why or "").startswith("The answer can't be read: ")


ODD: dict[str, tuple[object, Callable[[Discovered], object], object]] = {
    "a name that is a number": (model(modelId=5), lambda row: row.name, ""),
    "a name that is a list": (model(modelId=["x"]), lambda row: row.name, ""),
    "places that are none": (model(availability=[None]), lambda row: row.availability, ()),
    "places as a mapping": (model(availability={}), lambda row: row.availability, ()),
    "a mode that is none": (place(servingModes=[None]), lambda row: row.availability[0].modes, frozenset()),
    "a day without an hour": (
        place(timeOnDemandRetired="2027-01-01"),
        lambda row: row.availability[0].on_demand_retired,
        datetime(2027, 1, 1, tzinfo=UTC),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_odd_field_says_nothing(name: str, answered: Callable[[object], list[Discovered]]) -> None:
    """It is read as a field that OCI left out, which no row is changed by."""
    body, told, expected = ODD[name]
    (row,) = answered(body)

    assert told(row) == expected


def test_item_that_is_nothing_is_passed_over(answered: Callable[[object], list[Discovered]]) -> None:
    """The others are read."""
    assert [row.name for row in answered({"items": [None, MODEL]})] == ["meta.llama-9"]


LETTERS: dict[str, object] = {
    "capabilities": model(capabilities="CHAT"),
    "APIs": model(apiCapability="OPENAI_V1_RESPONSES"),
    "modes": place(servingModes="DEDICATED"),
    "replacements": place(supportedReplacements="meta.llama-10"),
}


@pytest.mark.parametrize("name", LETTERS)
def test_text_in_the_place_of_a_list_changes_no_row(
    name: str, answered: Callable[[object], list[Discovered]]
) -> None:
    """The SDK makes a list of its letters, which name nothing."""
    table = MODELS.replace(
        "    on_demand: [us-chicago-1, eu-frankfurt-1] # two\n", "    on_demand: [us-chicago-1]\n"
    )
    table = table.replace("    on_demand_unknown: [us-phoenix-1]\n    dedicated: [ap-osaka-1]\n", "")

    table = table.replace("responses: unknown", "responses: no")

    assert said(proposed(known(table), answered(LETTERS[name]))) == []
