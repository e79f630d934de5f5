"""One fresh world for each test, in the test's own process."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.authority import Authority
from emulator.cipher import Cipher
from emulator.database import Database
from emulator.ids import Ids
from emulator.store import Store
from emulator.switches import Switches
from emulator.wire import World
from genaikeys.iam import Principal
from tests.emulator.services.oci import Oci, StoppedClock

TENANCY = "ocid1.tenancy.oc1..local"
ADMINISTRATORS = "Allow group Administrators to manage all-resources in tenancy"


@pytest.fixture
def oci(tmp_path: Path) -> Iterator[Oci]:
    """A local OCI with a tenancy, its administrator, and the administrators' policy."""
    database = Database(tmp_path / "state.db")
    clock = StoppedClock(database)
    store = Store(database, clock)
    world = World(store, clock, Switches(database), Cipher(os.urandom(32)), Ids(), Authority(store, clock))
    common = {"lifecycleState": "ACTIVE", "_region": "", "_etag": "first", "_before": None, "_changed": 0.0}
    store.put("compartment", {"id": TENANCY, "compartmentId": None, "name": "local", **common})
    store.put(
        "policy",
        {
            "id": "ocid1.policy.oc1..administrators",
            "compartmentId": TENANCY,
            "name": "Tenant Admin Policy",
            "statements": [ADMINISTRATORS],
            "timeCreated": "2026-11-23T12:00:00.000Z",
            "_history": [{"text": ADMINISTRATORS, "since": 0.0, "until": None}],
            **common,
        },
    )
    admin = Principal(type="user", id="ocid1.user.oc1..admin", groups=frozenset({"Administrators"}))
    yield Oci(world, clock, admin, TENANCY)
    database.close()
