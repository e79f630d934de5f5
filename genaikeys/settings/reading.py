"""The two ways to settings: a raw config mapping, and a stack file."""

import datetime
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path as FilePath

from genaikeys import catalogue, yamltext
from genaikeys.errors import KitError
from genaikeys.settings import cautions, shapes, wording
from genaikeys.settings.model import Settings
from genaikeys.settings.problems import Findings, SettingsError, nearest
from genaikeys.settings.resolve import resolve

__all__ = ["from_file", "load", "project_name"]


def load(
    raw: Mapping[str, object], *, stack: str, project: str, today: datetime.date | None = None
) -> Settings:
    """Check a stack's config and make settings of it.

    Args:
        raw: Values by full config key, such as `oci:region` or `<project>:keys`: what stands under
        `config:` in
            the stack's file. A value may also be text that holds JSON; `{}` means absent.
        stack: The stack's name.
        project: The project's name; keys of other namespaces are left alone.
        today: The day to compare retirement dates with; by default today, UTC.

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
        catalogue=catalogue.load(),
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
    config = _mapping(path).get("config")
    if not isinstance(config, dict):
        raise KitError(
            f"{path} has no config.",
            why="A stack's settings stand under config:, each key with its namespace.",
            next_step=f"Add them; {path.parent / 'Pulumi.dev.yaml'} is an example.",
        )
    return load({str(key): value for key, value in config.items()}, stack=stack, project=project, today=today)


def project_name(path: FilePath) -> str:
    """Read the project's name from its `Pulumi.yaml`.

    Raises:
        KitError: There is no such file, it isn't YAML, or it names no project.
    """
    name = _mapping(path).get("name")
    if not isinstance(name, str):
        raise KitError(f"{path} names no project.", next_step="Add name: oci-genai-keys.")
    return name


def _mapping(path: FilePath) -> Mapping[object, object]:
    try:
        document = yamltext.read(path.read_text("utf-8"), name=str(path))
    except FileNotFoundError:
        stacks = sorted(file.name.split(".")[1] for file in path.parent.glob("Pulumi.*.yaml"))
        raise KitError(
            f"There is no {path}.",
            why=f"Stacks here: {', '.join(stacks)}." if stacks else None,
            next_step="Name one of them, or add the file.",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise KitError(f"{path} can't be read: {error}") from None
    except yamltext.YamlError as error:
        raise KitError(f"{error}.", next_step="Correct the file and run again.") from None
    if not isinstance(document, dict):
        raise KitError(f"{path} holds no mapping of keys.")
    return document
