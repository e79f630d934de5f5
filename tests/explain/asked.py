"""A stack to ask about, from a text."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from genaikeys.access.foreign import Foreign
from genaikeys.access.model import Source
from genaikeys.access.revisions import Revision, folder
from genaikeys.access.scene import Scene
from genaikeys.access.scenes import TENANCY, Stack, open_stack
from genaikeys.explain.answering import explain
from genaikeys.explain.explanation import Explanation

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def stack_of(text: str) -> Stack:
    """A stack `local` with these settings, among the project's templates and catalogue."""
    tree = folder(ROOT, "the working tree")
    files = {path: content for path, content in tree.files.items() if "/rendered/" not in path}
    changed = {**files, "stacks/Pulumi.local.yaml": text.encode()}
    return open_stack(Revision("the test", changed, {}), "local", NOW)


def scene_of(stack: Stack, *, own: bool = True) -> Scene:
    """The stack's scene; without its own statements, if wanted."""
    scene = stack.scene(time=NOW)
    return scene if own else replace(scene, statements=())


def others(scene: Scene, statements: Iterable[str], attached: str = "genai-apps") -> tuple[Foreign, ...]:
    """Statements of a policy that is attached to a compartment, by its name."""
    known = {scene.compartments.name(each.compartment): each.compartment for each in scene.callers}
    place = TENANCY if attached == "tenancy" else known[attached]
    return tuple(
        Foreign(text=text, policy="others", compartment=place, source=Source(file="others.txt", line=line))
        for line, text in enumerate(statements, 1)
    )


def explained(stack: Stack, case: Mapping[str, Any]) -> Explanation:
    """What is said of a case of mistakes.yaml."""
    scene = scene_of(stack, own=bool(case.get("own", False)))
    return explain(
        stack,
        scene,
        case.get("key", "chatbot"),
        case.get("model", "openai.gpt-oss-120b"),
        regions=(case.get("region", "us-chicago-1"),),
        apis=(case.get("api", "chat"),),
        foreign=others(scene, case["statements"], case.get("attached", "genai-apps")),
    )
