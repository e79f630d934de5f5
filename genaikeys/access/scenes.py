"""From a revision to the scene of a stack: settings, templates and catalogue are read as data."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from genaikeys import catalogue, numbering, policies, settings, yamltext
from genaikeys.access import further
from genaikeys.access.checks import check, check_counts
from genaikeys.access.foreign import TENANCY
from genaikeys.access.matrix import ANYONE
from genaikeys.access.model import Source
from genaikeys.access.revisions import Revision
from genaikeys.access.scene import Caller, Scene, Secret, Written
from genaikeys.catalogue import Catalogue, CatalogueError
from genaikeys.errors import KitError
from genaikeys.iam import Answer, Compartments, Principal, parse_statement
from genaikeys.iam.condition import Comparison, Condition
from genaikeys.iam.statement import Define
from genaikeys.settings import Settings
from genaikeys.settings.matrix import offered
from genaikeys.templates import SUFFIX, Templates

__all__ = ["TENANCY", "Stack", "empty", "open_stack", "stacks"]

_API_KEY = "generativeaiapikey"
_APIS: tuple[settings.Api, ...] = ("chat", "responses")


class Stack:
    """One stack at one revision.

    Attributes:
        settings: Its settings.
        text: Text of its file.
        templates: The templates.
        source: The templates, and what the stack remembers.
        path: Path of its file.
    """

    def __init__(self, settings: Settings, text: str, source: policies.Source) -> None:
        self.settings = settings
        self.text = text
        self.templates = source.templates
        self.path = f"stacks/Pulumi.{settings.stack}.yaml"
        self.source = source

    def scene(
        self, others: Iterable[Path] = (), time: datetime | None = None, same: "Stack | None" = None
    ) -> Scene:
        """Make the scene.

        Args:
            others: Files with further statements of the tenancy.
            time: When; by default now.
            same: The stack at the other revision: a statement whose template is the same there points at the
                line of the stack's file instead.

        Raises:
            KitError: A template or a further statement is wrong; it names file and line.
        """
        ids = self.compartments()
        tree = self._tree(ids)
        own = tuple(self._statements(ids, same))
        added = tuple(each for path in others for each in further.read(path, ids))
        rows = self.settings.catalogue.models
        named = dict.fromkeys(name for each in (*own, *added) for name in _models(each))
        scene = Scene(
            stack=self.settings.stack,
            compartments=tree,
            statements=(*own, *added),
            callers=tuple(self._callers(ids)),
            secrets=tuple(self._secrets(ids)),
            models=tuple(dict.fromkeys((*self.settings.models, *rows, *named))),
            endpoints=frozenset(name for name, row in rows.items() if row.is_endpoint),
            offered=self._offered(),
            time=time or datetime.now(UTC),
        )
        for each in own:
            check(each)
        check_counts(scene, scene.statements)
        return scene

    def compartments(self) -> dict[str, str]:
        """OCID of each compartment by name, or what stands for it where it is made."""
        return {
            name: compartment.id or f"ocid1.compartment.oc1..{name}"
            for name, compartment in self.settings.compartments.items()
        }

    def _tree(self, ids: Mapping[str, str]) -> Compartments:
        parents: dict[str, tuple[str, str | None]] = {TENANCY: ("the tenancy", None)}
        for name, compartment in self.settings.compartments.items():
            parent = compartment.parent
            if parent in ids:
                above = ids[str(parent)]
            elif parent is None or parent.startswith("ocid1.tenancy."):
                above = TENANCY
            else:
                # Where it hangs in the tenancy isn't told; a policy of the tenancy reaches it all the same.
                parents.setdefault(parent, (parent, TENANCY))
                above = parent
            parents[ids[name]] = (name, above)
        return Compartments(parents)

    def _statements(self, ids: Mapping[str, str], same: "Stack | None") -> Iterator[Written]:
        for name, ocid in ids.items():
            plans = (
                *policies.access(self.settings, name, self.source),
                *policies.readers(self.settings, name, self.source),
            )
            for plan in plans:
                for rule in plan.rules:
                    text = policies.logical(rule, name, plan.region, self.templates)
                    yield Written(
                        statement=parse_statement(text),
                        policy=plan.label,
                        compartment=ocid,
                        source=self._origin(rule, name, same),
                    )

    def _origin(self, rule: policies.Rule, compartment: str, same: "Stack | None") -> Source:
        text = self.templates.text(rule.intent)
        if same is None or same.templates.text(rule.intent) != text:
            line = self.templates.line(rule.intent)
            return Source(file=f"policies/{rule.intent}{SUFFIX}", line=line)
        what, name = ("keys", rule.key) if rule.key else ("compartments", compartment)
        path = ["config", f"{self.settings.project}:{what}", name]
        return Source(file=self.path, line=yamltext.line(self.text, path) or 1)

    def _callers(self, ids: Mapping[str, str]) -> Iterator[Caller]:
        for place in self.settings.placements():
            key = self.settings.keys[place.key]
            ocid = ids[key.compartment]
            yield Caller(
                name=place.key,
                region=place.region,
                principal=Principal(_API_KEY, policies.logical_name("key", place.key, place.region), ocid),
                compartment=ocid,
                suspended=key.suspended,
            )
        placed = (place.region for place in self.settings.placements())
        for region in dict.fromkeys((*self.settings.regions, *placed)):
            for name, ocid in ids.items():
                other, anyone = f"any other key in {name}", f"{ANYONE} in {name}"
                for who, principal in (
                    (other, Principal(_API_KEY, f"<{other}>", ocid)),
                    (anyone, Principal("user", f"<{ANYONE}>")),
                ):
                    yield Caller(name=who, region=region, principal=principal, compartment=ocid)

    def _secrets(self, ids: Mapping[str, str]) -> Iterator[Secret]:
        for place in self.settings.placements():
            yield Secret(
                key=place.key,
                region=place.region,
                id=policies.logical_name("secret", place.key, place.region),
                compartment=ids[self.settings.keys[place.key].compartment],
            )

    def _offered(self) -> dict[tuple[str, str, str], tuple[Answer, str]]:
        found = {}
        for model in self.settings.catalogue.models.values():
            for region in self.settings.catalogue.regions.values():
                for api in _APIS:
                    status, reason = offered(self.settings, model, region, api)
                    answer = Answer(str(status))
                    found[model.name, str(api), region.identifier] = (
                        answer,
                        "" if answer is Answer.YES else reason,
                    )
        return found


def stacks(revision: Revision) -> list[str]:
    """Names of the stacks of a revision."""
    return [name.removeprefix("Pulumi.").removesuffix(".yaml") for name in revision.names("stacks", ".yaml")]


def open_stack(revision: Revision, name: str, today: datetime | None = None) -> Stack:
    """Read a stack at a revision.

    Raises:
        KitError: Its settings, the catalogue or what it remembers is wrong; it names the file.
    """
    path = f"stacks/Pulumi.{name}.yaml"
    project = settings.project_name_in(revision.text("Pulumi.yaml"), f"Pulumi.yaml in {revision.name}")
    text = revision.text(path)
    found = settings.from_text(
        text,
        name=f"{path} in {revision.name}",
        stack=name,
        project=project,
        today=None if today is None else today.date(),
        catalogue=_catalogue(revision),
    )
    memory = f"policies/rendered/{name}.txt"
    source = policies.Source(
        templates=Templates(
            {
                file.removesuffix(SUFFIX): revision.text(f"policies/{file}")
                for file in revision.names("policies", SUFFIX)
            }
        ),
        memory=numbering.read(revision.text(memory)) if memory in revision.files else numbering.NOTHING,
    )
    return Stack(found, text, source)


def empty(scene: Scene) -> Scene:
    """The scene of a stack that isn't there yet, or is no more, on the other side of a comparison."""
    return replace(scene, statements=(), callers=(), secrets=())


def _catalogue(revision: Revision) -> Catalogue:
    place = "genaikeys/catalogue"
    try:
        return catalogue.read({name: revision.text(f"{place}/{name}") for name in catalogue.FILES})
    except CatalogueError as problem:
        raise KitError(f"The catalogue in {revision.name} can't be read: {problem}.") from None


def _models(written: Written) -> Iterator[str]:
    statement = written.statement
    if not isinstance(statement, Define) and statement.condition is not None:
        yield from _named(statement.condition)


def _named(condition: Condition) -> Iterator[str]:
    if not isinstance(condition, Comparison):
        for part in condition.parts:
            yield from _named(part)
    elif condition.variable.lower() == "target.model.id":
        yield from (value for value in condition.values if isinstance(value, str))
