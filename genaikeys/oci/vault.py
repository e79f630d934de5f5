"""Vault secrets of one region: versions, stages, contents."""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from genaikeys import tags
from genaikeys.errors import KitError
from genaikeys.oci.client import Clients
from genaikeys.oci.secret import Secret

__all__ = ["VaultSecret", "VaultSecrets", "Version"]


@dataclass(frozen=True)
class Version:
    """One version of a Vault secret, without its content.

    Attributes:
        number: From 1 up.
        label: Its name, unique in the secret; empty where it has none.
        stages: Of CURRENT, PENDING, LATEST, PREVIOUS, DEPRECATED.
        time_created: When it was written.
        is_leaving: Whether its deletion is scheduled.
    """

    number: int
    label: str
    stages: frozenset[str]
    time_created: datetime
    is_leaving: bool


@dataclass(frozen=True)
class VaultSecret:
    """A Vault secret as OCI shows it (OCI Python SDK 2.189.0, vault, Secret).

    Attributes:
        id: OCID.
        state: ACTIVE, CREATING, UPDATING, PENDING_DELETION, DELETED and so on.
        current_version: Number of the version that readers get.
        etag: Of the read that made this; empty where a list did.
        key_id: OCID of the AES key that encrypts it.
    """

    id: str
    name: str
    vault_id: str
    compartment_id: str
    state: str
    current_version: int
    freeform_tags: Mapping[str, str]
    etag: str = ""
    key_id: str = ""


class VaultSecrets:
    """The Vault secrets of a region.

    Args:
        clients: Who calls.
        region: Region identifier.
    """

    def __init__(self, clients: Clients, region: str) -> None:
        self._clients = clients
        self._region = region

    @property
    def _sdk(self) -> Any:
        return self._clients.client("vault", self._region)

    def get(self, secret_id: str) -> VaultSecret:
        """Read a secret's description.

        Raises:
            OciError: 404 where it is gone or forbidden.
        """
        response = self._repeat("GetSecret", secret_id, lambda: self._sdk.get_secret(secret_id))
        return _of(response.data, str(response.headers.get("etag") or ""))

    def all_in(self, compartment_id: str) -> list[VaultSecret]:
        """Every secret of a compartment, those pending deletion included.

        Raises:
            OciError: 404 where the caller may not list.
        """
        rows = self._clients.every(
            "ListSecrets",
            f"compartment {compartment_id} in {self._region}",
            self._sdk.list_secrets,
            compartment_id=compartment_id,
        )
        return [_of(row, "") for row in rows]

    def find(self, compartment_id: str, digest: str) -> list[VaultSecret]:
        """The active secrets of a compartment that carry a resource's tag (`genaikeys.tags`).

        Raises:
            OciError: As `all_in`.
        """
        return [
            secret
            for secret in self.all_in(compartment_id)
            if secret.freeform_tags.get(tags.RESOURCE) == digest
            and secret.state not in ("PENDING_DELETION", "SCHEDULING_DELETION", "DELETED")
        ]

    def versions(self, secret_id: str) -> tuple[Version, ...]:
        """Every version of a secret, oldest first.

        Raises:
            OciError: As `get`.
        """
        rows = self._clients.every(
            "ListSecretVersions", secret_id, self._sdk.list_secret_versions, secret_id=secret_id
        )
        found = [
            Version(
                number=row.version_number,
                label=row.name or "",
                stages=frozenset(row.stages or ()),
                time_created=row.time_created,
                is_leaving=row.time_of_deletion is not None,
            )
            for row in rows
        ]
        return tuple(sorted(found, key=lambda version: version.number))

    def write(self, secret: VaultSecret, value: Secret, *, label: str, stage: str) -> None:
        """Write a new version.

        Args:
            secret: The secret as it was read.
            value: What to write.
            label: Name of the version; unique in the secret.
            stage: PENDING, or CURRENT.

        Raises:
            OciError: 412 where the secret has changed since it was read; 400 where the label is taken.
        """
        from oci.vault.models import Base64SecretContentDetails, UpdateSecretDetails

        content = Base64SecretContentDetails(
            content=base64.b64encode(value.reveal().encode()).decode(), name=label, stage=stage
        )
        details = UpdateSecretDetails(secret_content=content)
        self._clients.once(
            "UpdateSecret",
            f"{secret.id} (content, stage {stage})",
            lambda: self._sdk.update_secret(secret.id, details, if_match=secret.etag),
        )

    def touch(self, secret: VaultSecret) -> None:
        """Write a secret's tags as they are, so that whoever read it before can't change it any more.

        Raises:
            OciError: 412 where the secret has changed since it was read.
        """
        from oci.vault.models import UpdateSecretDetails

        details = UpdateSecretDetails(freeform_tags=dict(secret.freeform_tags))
        self._repeat(
            "UpdateSecret",
            f"{secret.id} (tags)",
            lambda: self._sdk.update_secret(secret.id, details, if_match=secret.etag),
        )

    def promote(self, secret: VaultSecret, version: int) -> None:
        """Make a version CURRENT by its number.

        Raises:
            OciError: 412 where the secret has changed since it was read; 400 or 409 where it is refused.
        """
        from oci.vault.models import UpdateSecretDetails

        details = UpdateSecretDetails(current_version_number=version)
        self._repeat(
            "UpdateSecret",
            f"{secret.id} (current version {version})",
            lambda: self._sdk.update_secret(secret.id, details, if_match=secret.etag),
        )

    def schedule_version_deletion(self, secret: VaultSecret, version: int, when: datetime) -> None:
        """Let a DEPRECATED version go.

        Args:
            secret: The secret as it was read.
            version: Number of the version.
            when: It can be brought back until then; 1 to 30 days ahead.

        Raises:
            OciError: It was refused.
        """
        from oci.vault.models import ScheduleSecretVersionDeletionDetails

        self._repeat(
            "ScheduleSecretVersionDeletion",
            f"version {version} of {secret.id}",
            lambda: self._sdk.schedule_secret_version_deletion(
                secret.id,
                version,
                ScheduleSecretVersionDeletionDetails(time_of_deletion=when),
                if_match=secret.etag,
            ),
        )

    def read(self, secret_id: str, version: int | None = None) -> Secret:
        """Read a version's content, the CURRENT one's where none is named.

        Raises:
            OciError: 404 where it is gone or forbidden.
            KitError: The content is not text.
        """
        client = self._clients.client("secrets", self._region)
        named: dict[str, Any] = {"stage": "CURRENT"} if version is None else {"version_number": version}
        which = "the current version" if version is None else f"version {version}"
        response = self._repeat(
            "GetSecretBundle",
            f"{which} of {secret_id}",
            lambda: client.get_secret_bundle(secret_id, **named),
        )
        try:
            return Secret(
                base64.b64decode(response.data.secret_bundle_content.content, validate=True).decode()
            )
        except (binascii.Error, UnicodeDecodeError, AttributeError, TypeError):
            raise KitError(
                f"The content of {which} of {secret_id} can't be read",
                why="It is not base64 of text, the one form that the kit writes.",
                next_step="See who else writes to this secret.",
            ) from None

    def _repeat(self, operation: str, on: str, call: Callable[[], Any]) -> Any:
        return self._clients.repeated(operation, on, call)


def _of(row: Any, etag: str) -> VaultSecret:
    return VaultSecret(
        id=row.id,
        name=row.secret_name,
        vault_id=row.vault_id,
        compartment_id=row.compartment_id,
        state=row.lifecycle_state,
        current_version=getattr(row, "current_version_number", None) or 0,
        freeform_tags=dict(row.freeform_tags or {}),
        etag=etag,
        key_id=row.key_id or "",
    )
