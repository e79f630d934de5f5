"""What a resource of the plugin takes and gives. The resources never see a protocol message."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from genaikeys.errors import KitError
from genaikeys.oci import Oci

__all__ = ["Change", "Checked", "Context", "PartlyMade", "Resource", "Seen", "Urn"]

Values = dict[str, Any]


@dataclass(frozen=True)
class Urn:
    """``urn:pulumi:<stack>::<project>::<type>::<name>``, in parts.

    Attributes:
        text: The whole of it.
        stack: Name of the stack.
        project: Name of the project.
        name: Logical name of the resource.
    """

    text: str
    stack: str
    project: str
    name: str

    @classmethod
    def of(cls, text: str) -> "Urn":
        """From its text."""
        stack, project, _, name = text.removeprefix("urn:pulumi:").split("::", 3)
        return cls(text, stack, project, name)


@dataclass(frozen=True)
class Context:
    """What a resource works with.

    Attributes:
        oci: Who calls OCI.
        tell: Shows a line to the user, with the resource that it is about.
        warn: The same as a warning.
        hint: The same, shown only as long as something is in progress.
    """

    oci: Oci
    tell: Callable[[str], None]
    warn: Callable[[str], None]
    hint: Callable[[str], None]


@dataclass(frozen=True)
class Checked:
    """Inputs with what is wrong with them: pairs of a property and a reason."""

    inputs: Values
    failures: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Change:
    """What differs.

    Attributes:
        updates: Properties that an update brings about.
        replaces: Properties that need another resource.
        from_outputs: Those of ``updates`` that are outputs: the world is not as it should be.
    """

    updates: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    from_outputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Seen:
    """A resource as it was read; an empty id means that it is proven to be gone."""

    id: str = ""
    inputs: Values = field(default_factory=dict)
    outputs: Values = field(default_factory=dict)


class PartlyMade(KitError):  # noqa: N818 - it says what there is
    """A resource exists but is not as it should be; the engine keeps it in state and tries again.

    Attributes:
        id: Its id.
        inputs: What was asked for.
        outputs: What is known of it.
    """

    def __init__(self, problem: KitError, *, id: str, inputs: Values, outputs: Values) -> None:  # noqa: A002
        super().__init__(problem.what, why=problem.why, next_step=problem.next_step)
        self.id = id
        self.inputs = inputs
        self.outputs = outputs


class Resource(Protocol):
    """The life of one type of resource; each method may raise `KitError`."""

    type: str

    def check(self, urn: Urn, olds: Mapping[str, Any], news: Values) -> Checked:
        """Inputs with defaults, and what is wrong with them."""

    def diff(self, olds: Values, news: Values, outputs: Values) -> Change:
        """What differs between the inputs as read, the inputs wished, and the world as read."""

    def foresee(self, urn: Urn, inputs: Values, context: Context) -> tuple[str, Values]:
        """Id and outputs of a new one as far as a preview can know them; an empty id is unknown."""

    def preview(self, inputs: Values, outputs: Values) -> Values:
        """Outputs after a change as far as a preview can know them."""

    def create(self, urn: Urn, inputs: Values, context: Context) -> tuple[str, Values]:
        """Id and outputs of a new one."""

    def read(self, urn: Urn, id: str, inputs: Values, context: Context) -> Seen:  # noqa: A002
        """The resource as it is now; without inputs it is being imported."""

    def update(self, urn: Urn, id: str, olds: Values, news: Values, context: Context) -> Values:  # noqa: A002
        """Outputs after the change."""

    def delete(self, urn: Urn, id: str, inputs: Values, context: Context) -> None:  # noqa: A002
        """Gone, and proven to be; a second time it is done already."""
