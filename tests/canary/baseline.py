"""The usual recipe beside the kit: the same applies and destroy, against the same local OCI."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.canary.spellings import search
from tests.canary.stage import Run
from tests.canary.tables import rows

__all__ = ["APPLIES", "VARIANTS", "Count", "kit", "recipe", "table"]

Named = list[tuple[str, bytes]]
"""Contents with names."""

APPLIES = 3
REGION = "us-chicago-1"
VARIANTS = {
    "always": "`local-exec`, trigger `timestamp()`",
    "once": "`local-exec`, no trigger",
    "attribute": "answer kept as a sensitive attribute",
    "vault": "script with a query, then Vault",
}
_SCRIPT = Path(__file__).with_name("recipe.sh")
_NEW_SECRET = """
import base64, os, sys, oci
config = dict(oci.config.from_file(os.environ["OCI_CONFIG_FILE"]), region=sys.argv[1])
tenancy = config["tenancy"]
vaults, kms = oci.vault.VaultsClient(config), oci.key_management.KmsVaultClient(config)
of = oci.key_management.models
vault = kms.create_vault(of.CreateVaultDetails(
    compartment_id=tenancy, display_name="recipe", vault_type="DEFAULT")).data
vault = oci.wait_until(kms, kms.get_vault(vault.id), "lifecycle_state", "ACTIVE", max_interval_seconds=1).data
keys = oci.key_management.KmsManagementClient(config, vault.management_endpoint)
key = keys.create_key(of.CreateKeyDetails(
    compartment_id=tenancy, display_name="recipe", key_shape=of.KeyShape(algorithm="AES", length=32))).data
oci.wait_until(keys, keys.get_key(key.id), "lifecycle_state", "ENABLED", max_interval_seconds=1)
content = oci.vault.models.Base64SecretContentDetails(content=base64.b64encode(b"nothing yet").decode())
secret = vaults.create_secret(oci.vault.models.CreateSecretDetails(compartment_id=tenancy,
    vault_id=vault.id, key_id=key.id, secret_name="recipe", secret_content=content)).data
oci.wait_until(vaults, vaults.get_secret(secret.id), "lifecycle_state", "ACTIVE", max_interval_seconds=1)
print(secret.id)
"""
_SURFACES = ("output", "files", "state", "arguments", "environments")


@dataclass(frozen=True)
class Count:
    """What one way of doing it left behind.

    A copy is a pair of a place and a value that was found there at some time.

    Attributes:
        name: The way.
        made: Keys made.
        deleted: Keys deleted, destroy included.
        issued: Values issued.
        copies: Copies, by surface.
        left: Copies that lie on disk after the destroy.
        modes: Modes of the files that held a value.
    """

    name: str
    made: int
    deleted: int
    issued: int
    copies: dict[str, int] = field(default_factory=dict)
    left: int = 0
    modes: set[str] = field(default_factory=set)


def recipe(run: Run, variant: str, oci: Path) -> Count:
    """Three applies and a destroy of a recipe, in a folder of its own.

    Args:
        run: A machine whose local OCI serves.
        variant: One of `VARIANTS`.
        oci: The official CLI.
    """
    folder = run.folder / f"recipe-{variant}"
    folder.mkdir()
    before, known = _done(run), set(run.values)
    home = run.machine.environment
    environment = {
        **home,
        "PATH": f"{oci.parent}:{home['PATH']}",
        "OCI_CLI_REGION": REGION,
        "SUPPRESS_LABEL_WARNING": "True",
        "OCI_CLI_SUPPRESS_FILE_PERMISSIONS_WARNING": "True",
    }
    if variant == "vault":
        environment["SECRET_ID"] = _new_secret(folder, environment)
    words = [*(("apply", variant, home["OCI_TENANCY_OCID"]),) * APPLIES, ("destroy", variant)]
    said: Named = []
    seen: set[tuple[str, str, bytes]] = set()
    lying: set[tuple[str, str, bytes]] = set()
    for each in words:
        done = subprocess.run(
            ["sh", str(_SCRIPT), *each], cwd=folder, env=environment, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        said.append((f"{each[0]} {len(said)}", done.stdout + done.stderr))
        lying = _lying(folder)
        seen |= lying
    values = [value for value in run.values if value not in known]
    state, other = (
        [(name, content) for name, _, content in seen if ("tfstate" in name) is is_state]
        for is_state in (True, False)
    )
    return replace(
        _count(VARIANTS[variant], run, before, values),
        copies=_copies(values, said, other, state, run),
        left=_pairs([(name, content) for name, _, content in lying], values),
        modes={mode for name, mode, content in seen if _pairs([(name, content)], values)},
    )


def kit(run: Run) -> Count:
    """Three `up`s and a `destroy` of the kit."""
    before, began = _done(run), time.time()
    for _ in range(APPLIES):
        assert run.up().code == 0
    run.exports()
    assert run.pulumi("destroy", "--yes", "--skip-preview").code == 0
    run.exports()
    run.collect(began)
    files = list(run.evidence("working tree", "temporary files", "home folder"))
    state = list(run.evidence("state", "checkpoints, backups and history"))
    said = list(run.evidence("output of pulumi", "debug log", "event log"))
    return replace(
        _count("This kit", run, before, run.values),
        copies=_copies(run.values, said, files, state, run),
        left=_pairs(files + state, run.values),
    )


def table(counts: Iterable[Count]) -> str:
    """Way by way: keys, and copies by surface."""
    return rows(
        (
            *("Way", "Keys made", "Deleted", "Left behind", "Values issued"),
            *(f"Copies in {surface}" for surface in _SURFACES),
            *("Left on disk", "Mode of the files"),
        ),
        (
            (
                *(count.name, count.made, count.deleted, count.made - count.deleted, count.issued),
                *(count.copies[surface] for surface in _SURFACES),
                *(count.left, ", ".join(sorted(count.modes)) or "–"),
            )
            for count in counts
        ),
    )


def _copies(values: list[bytes], said: Named, files: Named, state: Named, run: Run) -> dict[str, int]:
    seen = {
        "output": said,
        "files": files,
        "state": state,
        "arguments": _named(tuple(run.looks.arguments)),
        "environments": _named(tuple(run.looks.environments)),
    }
    return {surface: _pairs(contents, values) for surface, contents in seen.items()}


def _pairs(contents: Named, values: list[bytes]) -> int:
    return len({(hit.place, hit.number) for hit in search(contents, values, shapes=False).hits})


def _named(contents: Iterable[bytes]) -> Named:
    return [(str(number), content) for number, content in enumerate(contents)]


def _lying(folder: Path) -> set[tuple[str, str, bytes]]:
    """Name, mode and content of every file below a folder."""
    return {
        (path.name, f"{path.stat().st_mode & 0o777:o}", path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


def _new_secret(folder: Path, environment: dict[str, str]) -> str:
    """OCID of a Vault secret that holds nothing yet, made with the official SDK as a careful script does."""
    made = subprocess.run(
        [sys.executable, "-c", _NEW_SECRET, REGION],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout.strip()


def _done(run: Run) -> Counter[str]:
    return Counter(each["operation"] for each in run.journal() if each["status"] and each["status"] < 300)


def _count(name: str, run: Run, before: Counter[str], values: list[bytes]) -> Count:
    done = _done(run) - before
    return Count(name, done["CreateApiKey"], done["DeleteApiKey"], len(values))
