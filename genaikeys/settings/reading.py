"""The two ways to settings: a raw config mapping, and a stack file."""

import datetime
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path as FilePath

from genaikeys import yamltext
from genaikeys.catalogue import Catalogue
from genaikeys.catalogue import load as shipped
from genaikeys.errors import KitError
from genaikeys.settings import cautions, shapes, wording
from genaikeys.settings.model import Settings
from genaikeys.settings.problems import Findings, SettingsError, nearest, quoted
from genaikeys.settings.resolve import resolve

__all__ = ["from_file", "from_text", "load", "project_name", "project_name_in"]


def load(
    raw: Mapping[str, object],
    *,
    stack: str,
    project: str,
    today: datetime.date | None = None,
    catalogue: Catalogue | None = None,
) -> Settings:
    """Check a stack's config and make settings of it.

    Args:
        raw: Values by full config key, such as `oci:region` or `<project>:keys`: what stands under
        `config:` in
            the stack's file. A value may also be text that holds JSON; `{}` means absent.
        stack: The stack's name.
        project: The project's name; keys of other namespaces are left alone.
        today: The day to compare retirement dates with; by default today, UTC.
        catalogue: Regions, models and sets; by default those that ship with the kit.

    Raises:
        SettingsError: Something is wrong; it says everything that is.
    """
    today = today or datetime.datetime.now(datetime.UTC).date()
    prefix = f"{project}:"
    own = {key.removeprefix(prefix): value for key, value in raw.items() if key.startswith(prefix)}
    foreign = [key for key in raw if not key.startswith(prefix)]
    findings = Findings()
    for key in foreign:
        if ":" not in key:
            allowed = [f"{prefix}{name}" for name in wording.known_keys()]
            findings.problem(
                (key,), "has no namespace", allowed="NAMESPACE:KEY", nearest=nearest(prefix + key, allowed)
            )
    shaped = shapes.read(own, project)
    findings.problems.extend(shaped.problems)
    settings = resolve(
        shaped,
        home_region=raw.get("oci:region"),
        catalogue=catalogue or shipped(),
        stack=stack,
        project=project,
        today=today,
        findings=findings,
    )
    if findings.problems:
        order = {key: index for index, key in enumerate(raw)}
        raise SettingsError(
            stack, sorted(findings.problems, key=lambda problem: order.get(str(problem.path[0]), len(order)))
        )
    cautions.note(settings, foreign, findings)
    return replace(settings, warnings=tuple(findings.warnings))


def from_file(path: FilePath, today: datetime.date | None = None) -> Settings:
    """Read a stack's settings from its file.

    Args:
        path: `stacks/Pulumi.<stack>.yaml`; the `Pulumi.yaml` above that folder has the project's name.
        today: The day to compare retirement dates with; by default today, UTC.

    Raises:
        SettingsError: The settings are wrong.
        KitError: There is no such file, it isn't YAML, or it has no `config` mapping.
    """
    stack = path.name.removeprefix("Pulumi.").removesuffix(".yaml")
    project = project_name(path.resolve().parent.parent / "Pulumi.yaml")
    return from_text(_text(path), name=str(path), stack=stack, project=project, today=today)


def from_text(
    text: str,
    *,
    name: str,
    stack: str,
    project: str,
    today: datetime.date | None = None,
    catalogue: Catalogue | None = None,
) -> Settings:
    """Read a stack's settings from the text of its file.

    Args:
        text: The file's text.
        name: What to call it in an error, usually its path.
        stack: The stack's name.
        project: The project's name.
        today: The day to compare retirement dates with; by default today, UTC.
        catalogue: Regions, models and sets; by default those that ship with the kit.

    Raises:
        SettingsError: The settings are wrong.
        KitError: The text isn't YAML, or has no `config` mapping.
    """
    config = _mapping(text, name).get("config")
    if not isinstance(config, dict):
        raise KitError(
            f"{name} has no config.",
            why="A stack's settings stand under config:, each key with its namespace.",
            next_step="Add them; stacks/Pulumi.dev.yaml is an example.",
        )
    raw = {key if isinstance(key, str) else quoted(key): value for key, value in config.items()}
    return load(raw, stack=stack, project=project, today=today, catalogue=catalogue)


def project_name(path: FilePath) -> str:
    """Read the project's name from its `Pulumi.yaml`.

    Raises:
        KitError: There is no such file, it isn't YAML, or it names no project.
    """
    return project_name_in(_text(path), str(path))


def project_name_in(text: str, name: str) -> str:
    """Read the project's name from the text of its `Pulumi.yaml`.

    Raises:
        KitError: The text isn't YAML, or names no project.
    """
    found = _mapping(text, name).get("name")
    if not isinstance(found, str):
        raise KitError(f"{name} names no project.", next_step="Add name: oci-genai-keys.")
    return found


def _text(path: FilePath) -> str:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        stacks = sorted(file.name.split(".")[1] for file in path.parent.glob("Pulumi.*.yaml"))
        raise KitError(
            f"There is no {path}.",
            why=f"Stacks here: {', '.join(stacks)}." if stacks else None,
            next_step="Name one of them, or add the file.",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise KitError(f"{path} can't be read: {error}") from None


def _mapping(text: str, name: str) -> Mapping[object, object]:
    try:
        document = yamltext.read(text, name=name)
    except yamltext.YamlError as error:
        raise KitError(f"{error}.", next_step="Correct the file and run again.") from None
    if not isinstance(document, dict):
        raise KitError(f"{name} holds no mapping of keys.")
    return document
