"""The store of documents, on a real file."""

import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.clock import Clock
from emulator.database import Database
from emulator.store import Store

LEAVES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(string.printable + "é한✓")
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@pytest.fixture
def store(database: Database) -> Store:
    """An empty store."""
    return Store(database, Clock(database))


def test_get_of_a_document_that_was_never_put_is_none(store: Store) -> None:
    """Absence is None."""
    assert store.get("vault", "a") is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.dictionaries(st.text(), VALUES))
def test_get_answers_what_was_put(store: Store, fields: dict[str, object]) -> None:
    """A document comes back as it went in, whatever JSON it holds."""
    store.put("any", {**fields, "id": "a"})
    assert store.get("any", "a") == {**fields, "id": "a"}


def test_document_changed_after_reading_is_stored_only_by_put(store: Store) -> None:
    """What is read is a copy."""
    store.put("vault", {"id": "a", "state": "NEW"})
    found = store.get("vault", "a")
    assert found is not None
    found["state"] = "OLD"
    assert store.get("vault", "a") == {"id": "a", "state": "NEW"}


def test_find_answers_in_the_order_of_the_first_put(store: Store) -> None:
    """A changed document keeps its place."""
    for ident in ("b", "a", "c"):
        store.put("key", {"id": ident, "n": 1})
    store.put("key", {"id": "b", "n": 2})
    assert [doc["id"] for doc in store.find("key")] == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("one", ["text"]),
        (1, ["number", "true"]),
        (True, ["number", "true"]),
        (None, ["null", "absent"]),
        ("1", []),
    ],
)
def test_find_compares_top_level_fields(store: Store, value: object, found: list[str]) -> None:
    """Texts, numbers and null are told apart; null and absent are not, nor are 1 and true."""
    for ident, field in (("text", "one"), ("number", 1), ("true", True), ("null", None)):
        store.put("key", {"id": ident, "_field": field})
    store.put("key", {"id": "absent"})
    store.put("other", {"id": "elsewhere", "_field": value})
    assert [doc["id"] for doc in store.find("key", _field=value)] == found  # type: ignore[arg-type]


def test_find_wants_every_field_to_match(store: Store) -> None:
    """Several fields narrow each other."""
    store.put("key", {"id": "a", "vaultId": "v", "name": "n"})
    store.put("key", {"id": "b", "vaultId": "v", "name": "m"})
    assert [doc["id"] for doc in store.find("key", vaultId="v", name="m")] == ["b"]


def test_delete_removes_the_document_of_that_kind_alone(store: Store) -> None:
    """Kinds are separate; deleting what isn't there is no error."""
    store.put("key", {"id": "a"})
    store.put("vault", {"id": "a"})
    store.delete("key", "a")
    store.delete("key", "a")
    assert store.get("key", "a") is None
    assert store.get("vault", "a") == {"id": "a"}


def test_transaction_keeps_nothing_when_an_exception_leaves(database: Database, store: Store) -> None:
    """Half a request is no request."""

    def fail_half_way() -> None:
        with database.transaction():
            store.put("key", {"id": "a", "n": 2})
            store.put("key", {"id": "b"})
            raise RuntimeError

    store.put("key", {"id": "a", "n": 1})
    with pytest.raises(RuntimeError):
        fail_half_way()
    assert store.find("key") == [{"id": "a", "n": 1}]


def test_revision_changes_with_writes_of_its_kind_and_with_rollbacks(
    database: Database, store: Store
) -> None:
    """What was cached under a revision is never stale."""
    seen = {store.revision("policy")}
    store.put("vault", {"id": "a"})
    assert store.revision("policy") in seen
    store.put("policy", {"id": "a"})
    seen.add(store.revision("policy"))
    store.delete("policy", "a")
    seen.add(store.revision("policy"))
    with pytest.raises(RuntimeError), database.transaction():
        raise RuntimeError
    seen.add(store.revision("policy"))
    assert len(seen) == 4


def test_answer_is_recalled_for_24_hours_of_virtual_time(database: Database) -> None:
    """A retry token outlives a day by nothing."""
    clock = Clock(database)
    store = Store(database, clock)
    store.remember("token", {"status": 200})
    clock.move_by(24 * 3600 - 60)
    assert store.recall("token") == {"status": 200}
    clock.move_by(60)
    assert store.recall("token") is None
    assert store.recall("another") is None


def test_documents_outlive_the_process(tmp_path: Path) -> None:
    """Another connection to the same file sees them."""
    for number in range(2):
        database = Database(tmp_path / "state.db")
        store = Store(database, Clock(database))
        assert len(store.find("key")) == number
        store.put("key", {"id": str(number)})
        database.close()
