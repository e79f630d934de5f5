"""What is done to the key while callers call: the kit's rotations, and the usual one."""

import base64
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import oci

from tests.load.callers import Callers, Request
from tests.matrix.cell import Cell

__all__ = ["Course", "kits", "usual"]

DAYS = 24 * 3600


@dataclass
class Course:
    """What happened.

    Attributes:
        made: Every call.
        marks: What was done, by seconds since the start.
        seconds: How long it took.
    """

    made: list[Request]
    marks: list[tuple[float, str]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def failed(self) -> int:
        """Calls that were not answered."""
        return sum(bool(each.problem) for each in self.made)


def kits(callers: Callers, *, rotations: int, pause: float, wait: int) -> Course:
    """Rotate with `genaikeys rotate`, the clock moved past the grace each time, then `genaikeys revoke`."""
    course, cell = Course(callers.made), callers.cell
    with callers.calling():
        time.sleep(pause)
        for _ in range(rotations):
            course.marks.append((callers.now, "rotate"))
            _run(cell, "rotate")
            time.sleep(pause)
            cell.local.admin("POST", "/clock", {"by": 8 * DAYS})
        course.marks.append((callers.now, "revoke"))
        _run(cell, "revoke", "--yes", "--wait", str(wait))
        course.marks.append((callers.now, "leaked value dead"))
        time.sleep(pause)
        course.seconds = callers.now
    return course


def usual(callers: Callers, *, rotations: int, pause: float) -> Course:
    """Rotate one secret as is usual: renew it, then write the new value to the Vault."""
    course, cell = Course(callers.made), callers.cell
    keys = cell.stage.sdk(oci.generative_ai.GenerativeAiClient)
    vaults = cell.stage.sdk(oci.vault.VaultsClient)
    with callers.calling():
        time.sleep(pause)
        for _ in range(rotations):
            course.marks.append((callers.now, "renew"))
            slot = oci.generative_ai.models.KeyDetails(
                key_name="key-one", time_expiry=datetime.now(UTC) + timedelta(days=300)
            )
            made = keys.renew_api_key(
                cell.key_id, oci.generative_ai.models.RenewApiKeyDetails(details=slot)
            ).data
            value = next(item.key for item in made.keys if item.key_name == "key-one")
            content = oci.vault.models.Base64SecretContentDetails(
                content=base64.b64encode(value.encode()).decode()
            )
            vaults.update_secret(cell.secret_id, oci.vault.models.UpdateSecretDetails(secret_content=content))
            time.sleep(pause)
        course.seconds = callers.now
    return course


def _run(cell: Cell, *verb: str) -> None:
    process = cell.command(*verb)
    said = process.communicate(timeout=120)[0]
    assert process.returncode == 0, said
