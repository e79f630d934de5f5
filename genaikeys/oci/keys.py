"""API keys of one region: what they look like, and the calls that change them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from genaikeys import schedule, tags
from genaikeys.errors import KitError
from genaikeys.oci.client import Clients
from genaikeys.oci.errors import OciError
from genaikeys.oci.secret import Secret

__all__ = ["Key", "Keys", "LostAnswer", "Slot", "staggered"]

GONE = ("DELETED",)


@dataclass(frozen=True)
class Slot:
    """One of a key's two secrets, without its value.

    Attributes:
        name: Such as ``key-one``.
        state: ACTIVE, INACTIVE, REVOKED, EXPIRED or DELETED.
        time_expiry: When its value expires.
        time_last_used: When its value was last used, or None.
        time_activated: When it was last made to work, or None.
        time_deactivated: When it was last made to rest, or None.
        time_revoked: When it was revoked for good, or None.
    """

    name: str
    state: str
    time_expiry: datetime
    time_last_used: datetime | None
    time_activated: datetime | None = None
    time_deactivated: datetime | None = None
    time_revoked: datetime | None = None


@dataclass(frozen=True)
class Key:
    """An API key as OCI shows it (OCI Python SDK 2.189.0, generative_ai, ApiKey).

    Attributes:
        id: OCID, which holds the region.
        state: CREATING, ACTIVE, INACTIVE, UPDATING, DELETING, DELETED or FAILED.
        slots: Its secrets, in OCI's order.
        etag: Of the read that made this; empty where a list did.
    """

    id: str
    display_name: str
    description: str
    compartment_id: str
    state: str
    details: str
    time_created: datetime
    slots: tuple[Slot, ...]
    freeform_tags: Mapping[str, str]
    defined_tags: Mapping[str, Mapping[str, object]]
    etag: str = ""

    def slot(self, name: str) -> Slot | None:
        """The slot of that name, or None."""
        return next((slot for slot in self.slots if slot.name == name), None)

    @property
    def was_never_used(self) -> bool:
        """Whether nobody has used it, and no slot has been renewed since the kit created it."""
        sent = self.freeform_tags.get(tags.EXPIRY)
        return sent is not None and all(
            slot.time_last_used is None and slot.time_expiry == expiry
            for slot, expiry in zip(self.slots, staggered(datetime.fromisoformat(sent)), strict=False)
        )


def staggered(time_expiry: datetime) -> tuple[datetime, datetime]:
    """Expiry of a new key's first slot, and of its second, which is published a period later."""
    return time_expiry, time_expiry + schedule.STAGGER


class LostAnswer(KitError):  # noqa: N818 - it is the answer that is lost
    """A renewal that may have been done, but whose value never arrived."""


class Keys:
    """The API keys of a region.

    Args:
        clients: Who calls.
        region: Region identifier.
    """

    def __init__(self, clients: Clients, region: str) -> None:
        self._clients = clients
        self._region = region

    @property
    def _sdk(self) -> Any:
        return self._clients.client("generative_ai", self._region)

    def get(self, key_id: str) -> Key:
        """Read a key.

        Raises:
            OciError: 404 where it is gone or forbidden; nobody can tell which.
        """
        return _key(self._repeat("GetApiKey", key_id, lambda: self._sdk.get_api_key(key_id)))

    def all_in(self, compartment_id: str) -> list[Key]:
        """Every key of a compartment, deleted ones included while OCI lists them.

        Raises:
            OciError: 404 where the caller may not list.
        """
        rows = self._clients.every(
            "ListApiKeys",
            f"compartment {compartment_id} in {self._region}",
            self._sdk.list_api_keys,
            compartment_id=compartment_id,
        )
        return [_of(row, "") for row in rows]

    def find(self, compartment_id: str, digest: str) -> list[Key]:
        """The keys of a compartment that carry a resource's tag (`genaikeys.tags`), oldest first.

        Raises:
            OciError: As `all_in`.
        """
        found = [key for key in self.all_in(compartment_id) if key.freeform_tags.get(tags.RESOURCE) == digest]
        return sorted(found, key=lambda key: key.time_created)

    def is_absent(self, key_id: str, compartment_id: str) -> bool:
        """Whether a list that works lacks the key or shows it as deleted: the only proof of absence.

        Raises:
            OciError: As `all_in`.
        """
        found = next((key for key in self.all_in(compartment_id) if key.id == key_id), None)
        return found is None or found.state in GONE

    def create(
        self,
        *,
        compartment_id: str,
        display_name: str,
        description: str,
        slot_names: tuple[str, ...],
        time_expiry: datetime,
        freeform_tags: Mapping[str, str],
        defined_tags: Mapping[str, object],
        retry_token: str,
    ) -> Key:
        """Create a key and discard the values that the answer shows.

        Args:
            compartment_id: OCID of its compartment.
            display_name: Name that people see.
            description: What it is for; may be empty.
            slot_names: One or two.
            time_expiry: Of the first slot; the second lives longer, see `staggered`.
            freeform_tags: Tags by name.
            defined_tags: Tags by namespace and name.
            retry_token: The same create again is told by it.

        Raises:
            OciError: It was refused, or no answer came back after five tries with one retry token.
        """
        from oci.generative_ai.models import CreateApiKeyDetails, KeyDetails

        details = CreateApiKeyDetails(
            compartment_id=compartment_id,
            display_name=display_name,
            description=description or None,
            key_details=[
                KeyDetails(key_name=name, time_expiry=expiry)
                for name, expiry in zip(slot_names, staggered(time_expiry), strict=False)
            ],
            freeform_tags=dict(freeform_tags),
            defined_tags=dict(defined_tags),
        )
        return _key(
            self._repeat(
                "CreateApiKey",
                f"{display_name} in {self._region}",
                lambda: self._sdk.create_api_key(details, opc_retry_token=retry_token),
            )
        )

    def update(
        self,
        key: Key,
        *,
        display_name: str,
        description: str,
        freeform_tags: Mapping[str, str],
        defined_tags: Mapping[str, object] | None,
    ) -> Key:
        """Change what can be changed of a key without renewing it.

        Raises:
            OciError: 412 where it has changed since ``key`` was read.
        """
        from oci.generative_ai.models import UpdateApiKeyDetails

        details = UpdateApiKeyDetails(
            display_name=display_name,
            description=description,
            freeform_tags=dict(freeform_tags),
            defined_tags=None if defined_tags is None else dict(defined_tags),
        )
        return _key(
            self._repeat(
                "UpdateApiKey",
                key.id,
                lambda: self._sdk.update_api_key(key.id, details, if_match=key.etag),
            )
        )

    def tag(self, key: Key, name: str, value: str | None) -> Key:
        """Set one free-form tag of a key, or take it away; everything else stays.

        Raises:
            OciError: 412 where it has changed since ``key`` was read.
        """
        others = {each: text for each, text in key.freeform_tags.items() if each != name}
        return self.update(
            key,
            display_name=key.display_name,
            description=key.description,
            freeform_tags=others if value is None else {**others, name: value},
            defined_tags=None,
        )

    def move(self, key: Key, compartment_id: str) -> None:
        """Move a key to another compartment.

        Raises:
            OciError: 412 where it has changed since ``key`` was read.
        """
        from oci.generative_ai.models import ChangeApiKeyCompartmentDetails

        details = ChangeApiKeyCompartmentDetails(compartment_id=compartment_id)
        self._repeat(
            "ChangeApiKeyCompartment",
            key.id,
            lambda: self._sdk.change_api_key_compartment(key.id, details, if_match=key.etag),
        )

    def delete(self, key: Key) -> None:
        """Delete a key.

        Raises:
            OciError: 404 where it is gone or forbidden, 412 where it has changed since ``key`` was read.
        """
        self._repeat("DeleteApiKey", key.id, lambda: self._sdk.delete_api_key(key.id, if_match=key.etag))

    def renew(self, key: Key, slot: str, time_expiry: datetime) -> tuple[Key, Secret]:
        """Give a slot a new value.

        It is tried once: a second try under the same token may be answered without the value.

        Returns:
            The key as it is now, and the slot's new value.

        Raises:
            LostAnswer: It may have been done, but the value didn't arrive; renew again.
            OciError: It was refused; 412 where the key has changed since ``key`` was read.
        """
        from oci.generative_ai.models import KeyDetails, RenewApiKeyDetails

        details = RenewApiKeyDetails(details=KeyDetails(key_name=slot, time_expiry=time_expiry))
        try:
            response = self._clients.once(
                "RenewApiKey",
                f"{slot} of {key.id}",
                lambda: self._sdk.renew_api_key(key.id, details, if_match=key.etag),
            )
        except OciError as problem:
            if problem.is_lost or problem.status >= 500:
                raise _lost(key.id, slot) from None
            raise
        items = getattr(response.data, "keys", None) or []
        value = next((item.key for item in items if item.key_name == slot), None)
        if not value:
            raise _lost(key.id, slot)
        return _key(response), Secret(value)

    def set_state(self, key: Key, slot: str, state: str) -> Key:
        """Set a slot's state: ACTIVE, INACTIVE or REVOKED, which is for good.

        Raises:
            OciError: 412 where the key has changed since ``key`` was read.
        """
        from oci.generative_ai.models import SetApiKeyStateDetails

        details = SetApiKeyStateDetails(key_name=slot, state=state)
        return _key(
            self._repeat(
                "SetApiKeyState",
                f"{slot} of {key.id}",
                lambda: self._sdk.set_api_key_state(key.id, details, if_match=key.etag),
            )
        )

    def _repeat(self, operation: str, on: str, call: Callable[[], Any]) -> Any:
        return self._clients.repeated(operation, on, call)


def _lost(key_id: str, slot: str) -> LostAnswer:
    return LostAnswer(
        f"The answer to the renewal of {slot} of {key_id} was lost",
        why="Its value is shown once, in that answer.",
        next_step="Run the command again: the slot is simply renewed again.",
    )


def _key(response: Any) -> Key:
    return _of(response.data, str(response.headers.get("etag") or ""))


def _of(row: Any, etag: str) -> Key:
    return Key(
        id=row.id,
        display_name=row.display_name,
        description=row.description or "",
        compartment_id=row.compartment_id,
        state=row.lifecycle_state,
        details=row.lifecycle_details or "",
        time_created=row.time_created,
        slots=tuple(
            Slot(
                item.key_name,
                item.state,
                item.time_expiry,
                item.time_last_used,
                item.time_activated,
                item.time_deactivated,
                item.time_revoked,
            )
            for item in row.keys or []
        ),
        freeform_tags=dict(row.freeform_tags or {}),
        defined_tags=dict(row.defined_tags or {}),
        etag=etag,
    )
