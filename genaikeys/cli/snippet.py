"""`genaikeys snippet`: code that calls a key's model."""

from typing import TYPE_CHECKING, Annotated

import typer

from genaikeys.cli.stacks import StackOption
from genaikeys.errors import KitError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from genaikeys.settings import Placement, Settings

__all__ = ["snippet"]

_KINDS = (
    *("python", "python-async", "python-stream", "python-responses", "langchain", "litellm", "curl", "node"),
    *("env", "iam-user", "iam-session", "iam-instance", "iam-resource"),
)
"""For the help, which imports nothing."""


def snippet(
    key: Annotated[str, typer.Argument(help="The key.")],
    kind: Annotated[str, typer.Option("--kind", help=f"{', '.join(_KINDS)}.")] = "python",
    region: Annotated[str | None, typer.Option("--region", help="Default: the key's first.")] = None,
    model: Annotated[str | None, typer.Option("--model", help="Default: the first that fits.")] = None,
    newer: Annotated[bool, typer.Option("--openai-v1", help="The newer base URL, /openai/v1.")] = False,
    project: Annotated[
        str, typer.Option("--project", metavar="OCID", help="Generative AI project, for the newer base URL.")
    ] = "",
    stack: StackOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print code that calls a model with a key, ready to run; no secret is in it.

    The code is all of standard output: genaikeys snippet chatbot > try.py
    """
    from genaikeys.cli import stacks
    from genaikeys.cli.output import data
    from genaikeys.inventory import compartment_ids, inventory
    from genaikeys.oci import Oci
    from genaikeys.snippet import KINDS, Subject, render

    if kind not in KINDS:
        kinds = "\n".join(f"  {name}: {each.about}" for name, each in KINDS.items())
        raise KitError(f"{kind} is no kind of snippet", why=f"Allowed:\n{kinds}")
    settings = stacks.settings_of(stacks.choose(stack))
    placement = _placement(settings, key, region)
    name = _model(settings, placement, model, KINDS[kind].api)
    oci = Oci(settings.auth)
    (placed,) = inventory(settings, oci, [placement])
    if placed.vault_secret_id is None:
        raise KitError(
            f"{key} has no Vault secret in {placement.region}: {placed.problem or 'nothing is published'}",
            next_step="Run pulumi up first; genaikeys status shows what is there.",
        )
    url = settings.base_url(placement.region, name)
    if (newer or project) and name in settings.private_endpoints:
        raise KitError(
            f"{name} is behind a private endpoint, at {url}",
            why="The stack says its base URL, so neither --openai-v1 nor --project can choose one.",
            next_step="Leave them out, or correct privateEndpoints in the stack.",
        )
    if newer or project:
        url = url.replace("/20231130/actions/v1", "/openai/v1")
    subject = Subject(
        key=key,
        region=placement.region,
        base_url=url,
        model=name,
        secret_id=placed.vault_secret_id,
        compartment_id=compartment_ids(settings, oci)[settings.keys[key].compartment] or "",
        profile=settings.auth.profile,
        auth=settings.auth.type,
        project=project,
    )
    text = render(kind, subject)
    if as_json:
        data({"kind": kind, "key": key, "region": placement.region, "model": name, "code": text})
    else:
        typer.echo(text, nl=False)


def _placement(settings: "Settings", key: str, region: str | None) -> "Placement":
    mine = [each for each in settings.placements() if each.key == key]
    if not mine:
        raise _unknown("key", key, settings.keys)
    if region is None:
        return mine[0]
    found = next((each for each in mine if each.region == region), None)
    if found is None:
        raise _unknown(f"region of {key}", region, [each.region for each in mine])
    return found


def _model(settings: "Settings", placement: "Placement", model: str | None, api: str) -> str:
    from genaikeys.catalogue import Status

    known = settings.catalogue.models
    fitting = [name for name in placement.models if getattr(known[name], api) is Status.YES]
    if model is None and fitting:
        return fitting[0]
    if model is None:
        raise KitError(
            f"None of {placement.key}'s models in {placement.region} is known to answer on {api}",
            why=f"It has {', '.join(placement.models)}.",
            next_step="Name another region or kind; or name one of them with --model to try it.",
        )
    if model not in placement.models:
        raise _unknown(f"model of {placement.key} in {placement.region}", model, placement.models)
    if getattr(known[model], api) is Status.NO:
        raise _unknown(f"model that answers on {api}", model, fitting)
    return model


def _unknown(what: str, given: str, allowed: "Iterable[str]") -> KitError:
    from genaikeys.settings.problems import nearest

    names = list(allowed)
    likely = nearest(given, names)
    return KitError(
        f"{given} is no {what}",
        why=f"Allowed: {', '.join(names) or 'none'}.",
        next_step=f"Did you mean {likely}?" if likely else None,
    )
