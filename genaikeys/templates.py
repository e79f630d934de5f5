"""Templates of IAM statements, as text that can do nothing but fill in names.

A template may come from a revision that somebody else wrote. So it reaches nothing but its variables: it may
hold text, variables, `if`, and the filters `map`, `join` and `quoted`; no loop, no call and no attribute, so
that it always ends as well.
"""

from collections.abc import Mapping
from functools import cache

import jinja2
from jinja2 import nodes
from jinja2.sandbox import SandboxedEnvironment

from genaikeys import layout
from genaikeys.errors import KitError

__all__ = ["FOLDER", "SUFFIX", "TemplateError", "Templates", "shipped"]

FOLDER = layout.code() / "policies"
"""Where the templates are, one file per intent."""
SUFFIX = ".j2"
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.Filter,
    nodes.If,
    nodes.Compare,
    nodes.Operand,
    nodes.Not,
    nodes.And,
    nodes.Or,
)
_FILTERS = ("join", "map", "quoted")
_LONGEST = 65536


class TemplateError(KitError):
    """A template can't be read or filled in.

    Attributes:
        file: Its path, as it was given.
        line: The line, counted from 1.
    """

    def __init__(self, file: str, line: int, what: str, *, why: str | None = None) -> None:
        super().__init__(f"{file}:{line}: {what}", why=why, next_step="Correct the template.")
        self.file = file
        self.line = line


class Templates:
    """The templates of one revision.

    Args:
        texts: The text of each template, by intent.
        folder: What their paths begin with in messages.
    """

    def __init__(self, texts: Mapping[str, str], folder: str = "policies") -> None:
        self._texts = dict(texts)
        self._folder = folder
        self._environment = SandboxedEnvironment(undefined=jinja2.StrictUndefined)
        self._environment.globals.clear()
        self._environment.filters = {
            name: filter_
            for name, filter_ in {**self._environment.filters, "quoted": "'{}'".format}.items()
            if name in _FILTERS
        }
        self._compiled: dict[str, jinja2.Template] = {}

    def path(self, intent: str) -> str:
        """Path of a template."""
        return f"{self._folder}/{intent}{SUFFIX}"

    def text(self, intent: str) -> str | None:
        """Text of a template, or None where there is none."""
        return self._texts.get(intent)

    def line(self, intent: str) -> int:
        """The line on which a template's statement begins, counted from 1."""
        for line, kind, value in self._environment.lex(self._texts.get(intent, "")):
            if kind == "variable_begin" or (kind == "data" and value.strip()):
                return line + value[: len(value) - len(value.lstrip())].count("\n")
        return 1

    def render(self, intent: str, values: Mapping[str, object]) -> str:
        """Fill in a template.

        Args:
            intent: Which.
            values: Its variables.

        Raises:
            TemplateError: There is no such template, it isn't one, it holds more than a template may hold, or
                needs a variable that isn't given.
        """
        template = self._template(intent)
        try:
            return template.render(values).strip()
        except (jinja2.TemplateError, TypeError, ValueError) as problem:
            raise TemplateError(self.path(intent), self.line(intent), f"{_words(problem)}.") from None

    def _template(self, intent: str) -> jinja2.Template:
        found = self._compiled.get(intent)
        if found is None:
            text = self._texts.get(intent)
            if text is None:
                raise TemplateError(self.path(intent), 1, "there is no such template.")
            self._check(intent, text)
            found = self._compiled[intent] = self._environment.from_string(text)
        return found

    def _check(self, intent: str, text: str) -> None:
        path = self.path(intent)
        if len(text) > _LONGEST:
            raise TemplateError(path, 1, f"has {len(text)} characters; at most {_LONGEST} are read.")
        try:
            tree = self._environment.parse(text)
        except jinja2.TemplateSyntaxError as problem:
            raise TemplateError(path, problem.lineno, f"{_words(problem)}.") from None
        except RecursionError:
            raise TemplateError(path, 1, "nests too deep.") from None
        for node in _nodes(tree):
            if not isinstance(node, _ALLOWED):
                raise TemplateError(
                    path,
                    node.lineno or 1,
                    f"a template may not hold {type(node).__name__.lower()}.",
                    why="Text, variables, if, and the filters map, join and quoted are all that it takes.",
                )
            if isinstance(node, nodes.Filter):
                self._check_filter(path, node)

    def _check_filter(self, path: str, node: nodes.Filter) -> None:
        if node.name not in _FILTERS:
            raise TemplateError(
                path,
                node.lineno or 1,
                f"there is no filter {node.name}.",
                why=f"{', '.join(_FILTERS[:-1])} and {_FILTERS[-1]} are all that a template may use.",
            )
        plain = all(isinstance(each, nodes.Const) for each in node.args)
        if (
            node.kwargs
            or not plain
            or (node.name == "map" and [_value(each) for each in node.args] != ["quoted"])
        ):
            raise TemplateError(
                path,
                node.lineno or 1,
                f"the filter {node.name} is used in a way that a template may not use it.",
                why="map('quoted'), join(', ') and quoted are what it takes.",
            )


@cache
def shipped() -> Templates:
    """The templates of this checkout.

    Raises:
        KitError: One can't be read.
    """
    texts = {}
    for path in sorted(FOLDER.glob(f"*{SUFFIX}")):
        try:
            texts[path.stem] = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as problem:
            raise KitError(f"{path} can't be read: {problem}", next_step="Correct the template.") from None
    return Templates(texts)


def _nodes(tree: nodes.Node) -> list[nodes.Node]:
    found, left = [], [tree]
    while left:
        node = left.pop()
        found.append(node)
        left.extend(node.iter_child_nodes())
    return sorted(found, key=lambda node: node.lineno or 0)


def _value(node: nodes.Expr) -> object:
    return node.value if isinstance(node, nodes.Const) else None


def _words(problem: Exception) -> str:
    """What jinja2 says, on one line and without its full stop."""
    return " ".join(str(problem).split()).removesuffix(".")
