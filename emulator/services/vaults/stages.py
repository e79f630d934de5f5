"""The stages of a secret's versions, as plain arithmetic on version documents.

One version is CURRENT; the one before it PREVIOUS; the newest LATEST; one may be PENDING, staged and not
yet in use; whatever else there is, is DEPRECATED (Secret Versions and Rotation States,
docs.oracle.com/iaas/Content/secret-management/Concepts/secret-versions-rotation-states.htm).
"""

from emulator.services.resource import Doc

ORDER = ("CURRENT", "PENDING", "LATEST", "PREVIOUS", "DEPRECATED")


def add(versions: list[Doc], new: Doc, stage: str) -> None:
    """Take a new version in, as CURRENT or as PENDING; an earlier PENDING one is DEPRECATED by the latter.

    Args:
        versions: The secret's versions so far, oldest first; the new one is appended.
        new: The new version.
        stage: ``CURRENT`` or ``PENDING``.
    """
    for version in versions:
        _drop(version, "LATEST")
        if stage == "PENDING":
            _drop(version, "PENDING")
    new["stages"] = ["LATEST"]
    versions.append(new)
    if stage == "PENDING":
        new["stages"].append("PENDING")
    else:
        promote(versions, new["versionNumber"])
    _tidy(versions)


def promote(versions: list[Doc], number: int) -> None:
    """Make the version with that number CURRENT, and the one that was, PREVIOUS."""
    target = by_number(versions, number)
    if target is None or "CURRENT" in target["stages"]:
        return
    for version in versions:
        _drop(version, "PREVIOUS")
        if "CURRENT" in version["stages"]:
            _drop(version, "CURRENT")
            version["stages"].append("PREVIOUS")
    for stage in ("PENDING", "PREVIOUS", "DEPRECATED"):
        _drop(target, stage)
    target["stages"].append("CURRENT")
    _tidy(versions)


def by_number(versions: list[Doc], number: int) -> Doc | None:
    """The version with that number; None if there is none."""
    return next((version for version in versions if version["versionNumber"] == number), None)


def in_stage(versions: list[Doc], stage: str) -> Doc | None:
    """The newest version in that stage; None if there is none."""
    return next((version for version in reversed(versions) if stage in version["stages"]), None)


def _drop(version: Doc, stage: str) -> None:
    if stage in version["stages"]:
        version["stages"].remove(stage)


def _tidy(versions: list[Doc]) -> None:
    for version in versions:
        in_use = [stage for stage in version["stages"] if stage in ("CURRENT", "PENDING", "PREVIOUS")]
        _drop(version, "DEPRECATED")
        if not in_use:
            version["stages"].append("DEPRECATED")
        version["stages"].sort(key=ORDER.index)
