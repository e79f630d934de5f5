"""The text of a new stack file."""

from collections.abc import Sequence
from dataclasses import dataclass

from genaikeys.yamledit import scalar

__all__ = ["Answers", "text_of"]


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What a new stack is to say.

    Attributes:
        home_region: Identifier of the tenancy's home region.
        compartment: Name of the compartment that holds the keys.
        compartment_id: Its OCID where it exists; empty: it is made.
        regions: A set, region identifiers, or both.
        models: A set, model names, or both.
        keys: Names of the keys.
        scope: ``key`` or ``compartment``.
        profile: Profile of the OCI config file.
    """

    home_region: str
    compartment: str
    compartment_id: str
    regions: tuple[str, ...]
    models: tuple[str, ...]
    keys: tuple[str, ...]
    scope: str = "key"
    profile: str = "DEFAULT"


_SCOPES = {
    "key": "Each policy statement names one key by its OCID.",
    "compartment": "One policy statement lets every key of the compartment call, also ones made by hand.",
}


def text_of(answers: Answers, project: str) -> str:
    """The stack file, with comments where a value wants a reason.

    Args:
        answers: Not checked here: the settings do that.
        project: Name of the project.
    """
    auth = (
        f"  {project}:auth: {{profile: {scalar(answers.profile)}}}\n" if answers.profile != "DEFAULT" else ""
    )
    place = f"id: {scalar(answers.compartment_id)}, " if answers.compartment_id else ""
    scope = scalar(answers.scope)
    comment = f"    # {_SCOPES[answers.scope]}\n" if answers.scope in _SCOPES else ""
    keys = "".join(
        f"    {scalar(key)}: {{compartment: {scalar(answers.compartment)}}}\n" for key in answers.keys
    )
    return (
        "# yaml-language-server: $schema=./schema.json\n"
        "config:\n"
        f"  oci:region: {scalar(answers.home_region)} # the tenancy's home region\n"
        f"{auth}"
        f"  {project}:regions: {_names(answers.regions)}\n"
        f"  {project}:models: {_names(answers.models)}\n"
        f"  {project}:compartments:\n"
        f"{comment}"
        f"    {scalar(answers.compartment)}: {{{place}policyScope: {scope}}}\n"
        f"  {project}:keys:\n"
        f"{keys}"
    )


def _names(names: Sequence[str]) -> str:
    return scalar(names[0]) if len(names) == 1 else "[" + ", ".join(map(scalar, names)) + "]"
