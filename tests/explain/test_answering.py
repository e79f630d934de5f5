"""What is said of calls, of mistakes in policies, and of what would help."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as some

from emulator.switches import SWITCHES
from genaikeys.access.foreign import Foreign
from genaikeys.access.matrix import access
from genaikeys.access.revisions import folder
from genaikeys.access.rulings import Judge
from genaikeys.access.scene import APIS, Scene, Written
from genaikeys.access.scenes import open_stack, stacks
from genaikeys.errors import KitError
from genaikeys.explain.answering import explain
from genaikeys.explain.explanation import Answered, text, value
from genaikeys.explain.pleas import Pleas
from genaikeys.iam import Answer, parse_statement
from genaikeys.iam.statement import Deny
from tests.explain.asked import NOW, ROOT, explained, others, scene_of, stack_of

_READ = yaml.safe_load((Path(__file__).parent / "mistakes.yaml").read_text("utf-8"))
STACK = stack_of(_READ["stack"])
CASES = _READ["cases"]
ADVICE = """
OCI answers 401 both for a wrong or dead key and for a missing permission, and doesn't say which.
- `genaikeys status` shows whether the key is there, which slot is in use and when it expires.
- `genaikeys verify` calls with the secret in Vault: if that works, the client has a wrong secret.
- A change of a policy takes some seconds to take effect: wait, and call again.
- A secret that was minted before its policy may stay 401: rotate it, by changing the key's `trigger`.
"""
Case = Mapping[str, Any]


def _named(case: Case) -> str:
    return str(case["name"])


@pytest.mark.parametrize("case", CASES, ids=_named)
def test_mistake_gets_its_diagnosis(case: Case) -> None:
    """Each mistake is told whole; every no ends with what a 401 can mean besides."""
    found = explained(STACK, case)
    refused = any(each.answer is Answer.NO for each in found.answers)

    assert text(found) == case["says"] + (ADVICE if refused else "")


def test_mistakes_are_many_and_told_apart() -> None:
    """No two cases are the same mistake."""
    assert len(CASES) >= 25
    assert len({case["name"] for case in CASES}) == len(CASES)
    assert len({case["says"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=_named)
def test_statements_to_write_let_the_key_call(case: Case) -> None:
    """What explain says to write makes the engine say yes; what it says to leave in place stays."""
    scene = scene_of(STACK, own=bool(case.get("own", False)))
    (answered,) = explained(STACK, case).answers
    to_write = [each for each in _to_write(scene, answered, case) if each is not None]
    if answered.granted is Answer.YES or not to_write:
        return
    kept = [each for each in _readable(scene, case) if not isinstance(each.statement, Deny)]
    scene = replace(scene, statements=(*scene.statements, *kept, *to_write))
    caller = next(
        each
        for each in scene.callers
        if (each.name, each.region) == (case.get("key", "chatbot"), answered.regions[0])
    )
    api = next(each for each in APIS if each.name == answered.apis[0])

    model = case.get("model", "openai.gpt-oss-120b")
    assert Judge(scene).call(caller, api, model).answer is Answer.YES


@pytest.mark.parametrize(
    ("key", "model", "region", "before", "after"),
    [
        (
            "chatbot",
            "openai.gpt-oss-20b",
            "us-chicago-1",
            "      compartment: genai-apps\n",
            (
                "      compartment: genai-apps\n"
                "      models: [openai.gpt-oss-120b, meta.llama-3.3-70b-instruct, openai.gpt-oss-20b]\n"
            ),
        ),
        ("paused", "openai.gpt-oss-120b", "us-chicago-1", "suspended: true", "suspended: false"),
        (
            "chatbot",
            "openai.gpt-oss-120b",
            "ap-osaka-1",
            "      compartment: genai-apps\n",
            "      compartment: genai-apps\n      regions: [us-chicago-1, eu-frankfurt-1, ap-osaka-1]\n",
        ),
    ],
    ids=["models", "suspended", "regions"],
)
def test_change_of_the_stack_lets_the_key_call(
    key: str, model: str, region: str, before: str, after: str
) -> None:
    """What explain says to change in the stack's file, changed there, makes the call possible."""
    told = explain(STACK, scene_of(STACK), key, model, regions=[region], apis=["chat"])
    changed = stack_of(_READ["stack"].replace(before, after, 1))
    (fix,) = told.answers[0].fixes

    assert not told.can_call
    assert fix.source is not None
    assert fix.source.file == "stacks/Pulumi.local.yaml"
    assert explain(changed, scene_of(changed), key, model, regions=[region], apis=["chat"]).can_call


def test_missing_api_is_added_to_the_stack() -> None:
    """A stack that grants chat only is told to add Responses."""
    stack = stack_of(_READ["stack"].replace("apis: [chat, responses]", "apis: [chat]"))
    told = explain(
        stack,
        scene_of(stack),
        "chatbot",
        "openai.gpt-oss-120b",
        regions=["us-chicago-1"],
        apis=["responses"],
    )

    (fix,) = told.answers[0].fixes
    assert fix.what == (
        "add responses to `apis`, then `genaikeys policy render local` and `make up STACK=local`"
    )
    assert fix.source is not None
    assert fix.source.line == 5


def _to_write(scene: Scene, answered: Answered, case: Case) -> Iterator[Written | None]:
    places = {scene.compartments.name(each.compartment) or "": each.compartment for each in scene.callers}
    home = places["genai-team" if case.get("key") == "team" else "genai-apps"]
    attached = others(scene, ["x"], case.get("attached", "genai-apps"))[0].compartment
    for fix in answered.fixes:
        for statement in fix.statements:
            place = attached if statement.startswith("deny") else home
            yield Written(statement=parse_statement(statement), policy="fix", compartment=place)
    for shown in answered.statements:
        if shown.corrected is not None:
            corrected = shown.corrected
            for name, ocid in places.items():
                corrected = corrected.replace(f"<compartment {name}>", ocid)
            place = attached if shown.corrected_in is None else places[shown.corrected_in]
            yield Written(statement=parse_statement(corrected), policy="corrected", compartment=place)


def _readable(scene: Scene, case: Case) -> tuple[Written, ...]:
    found = []
    for each in others(scene, case["statements"], case.get("attached", "genai-apps")):
        try:
            statement = parse_statement(each.text)
        except ValueError:
            continue
        found.append(Written(statement=statement, policy=each.policy, compartment=each.compartment))
    return tuple(found)


@pytest.mark.parametrize("name", stacks(folder(ROOT, "the working tree")))
def test_answers_are_those_of_the_matrix(name: str) -> None:
    """Explaining a call never says anything else than the matrix does, region by region and API by API."""
    stack = open_stack(folder(ROOT, "the working tree"), name, NOW)
    scene = stack.scene(time=NOW)
    cells = {
        (cell.principal, cell.model, cell.region, cell.api): cell.answer
        for cell in access(scene).cells
        if cell.principal in stack.settings.keys and cell.model in stack.settings.models
    }
    told = {
        (key, model, region, api): each.answer
        for key in stack.settings.keys
        for model in stack.settings.models
        for each in explain(stack, scene, key, model).answers
        for region in each.regions
        for api in each.apis
    }

    assert told == cells


def test_statements_about_others_are_not_called_mistaken() -> None:
    """What is right for another key, compartment or region isn't told of where the call is granted."""
    scene = scene_of(STACK)
    to_use = "allow any-user to use generative-ai-chat in compartment"
    key = "request.principal.type='generativeaiapikey'"
    paused = "request.principal.id='<key paused in us-chicago-1>'"
    foreign = (
        *others(
            scene,
            (
                f"{to_use} genai-apps where ALL {{ {key}, {paused} }}",
                f"{to_use} genai-apps where ALL {{ {key}, request.region='fra' }}",
                "allow dynamic-group jobs to use generative-ai-family in compartment genai-apps",
            ),
        ),
        *others(scene, [f"{to_use} genai-lab where {key}"], "genai-lab"),
        *others(scene, ["allow group developers to manage generative-ai-apikey in tenancy"], "tenancy"),
    )
    asked = partial(explain, STACK, scene, "chatbot", "openai.gpt-oss-120b", regions=["us-chicago-1"])

    assert asked(foreign=foreign) == asked()


@given(some.sampled_from(CASES), some.sampled_from(CASES), some.booleans())
def test_policies_say_what_the_judge_says_and_every_no_has_a_way_out(a: Case, b: Case, own: bool) -> None:
    """Of any two mistakes together; but for an OCID that only OCI can tell, which is unknown here."""
    scene = scene_of(STACK, own=own)
    foreign = tuple(
        each
        for case in (a, b)
        for each in others(scene, case["statements"], case.get("attached", "genai-apps"))
    )
    judge = Pleas(scene, foreign).judge
    caller = next(each for each in scene.callers if (each.name, each.region) == ("chatbot", "us-chicago-1"))
    found = explain(STACK, scene, "chatbot", "openai.gpt-oss-120b", regions=["us-chicago-1"], foreign=foreign)

    for answered in found.answers:
        for api in (each for each in APIS if each.name in answered.apis):
            granted = judge.call(caller, api, "openai.gpt-oss-120b").answer
            assert answered.granted is granted or "or another key" in text(found)
        assert answered.answer is Answer.YES or answered.fixes


def test_switches_that_are_named_are_those_of_the_local_oci() -> None:
    """A switch that settles something exists, with the values that are told."""
    family = ["allow any-user to use generative-ai-family in compartment genai-apps"]
    scene = scene_of(STACK, own=False)
    told = "".join(case["says"] for case in CASES) + text(
        explain(STACK, scene, "chatbot", "openai.gpt-oss-120b", foreign=others(scene, family))
    )
    named = dict(re.findall(r"`genaikeys local switch (\S+) (\S+)`", told))

    assert set(named) == {"responses-see-model", "responses-need-chat", "responses-need"}
    for name, values in named.items():
        known = SWITCHES[name].values
        assert isinstance(known, tuple)
        assert sorted(values.split("|")) == sorted(known)


def test_regions_with_the_same_answer_are_told_once() -> None:
    """Both regions have the model, and the statements differ only in the region's key."""
    found = explain(STACK, scene_of(STACK), "chatbot", "openai.gpt-oss-120b", apis=["chat"])

    assert [(each.regions, each.apis) for each in found.answers] == [
        (("us-chicago-1", "eu-frankfurt-1"), ("chat",))
    ]
    assert text(found).startswith(
        "Yes: chatbot can call openai.gpt-oss-120b on chat in us-chicago-1 and eu-frankfurt-1.\n"
        "  What follows is that of us-chicago-1; the others' is alike.\n"
    )


def test_apis_with_the_same_answer_are_told_once() -> None:
    """A suspended key is refused alike everywhere."""
    found = explain(STACK, scene_of(STACK), "paused", "openai.gpt-oss-20b", regions=["us-chicago-1"])

    assert [each.apis for each in found.answers] == [("chat", "responses")]


@pytest.mark.parametrize(
    ("key", "region", "api", "message"),
    [
        (
            "chatbt",
            "us-chicago-1",
            "chat",
            (
                "There is no key 'chatbt' in stack local.\n"
                "It knows chatbot, team, lab, paused.\n"
                "The nearest is chatbot."
            ),
        ),
        (
            "chatbot",
            "us-chicago-1",
            "embed",
            "There is no API 'embed' in the kit.\nIt knows chat, responses.",
        ),
    ],
)
def test_unknown_name_is_refused_with_the_known_ones(key: str, region: str, api: str, message: str) -> None:
    """Who misspells a name sees which there are."""
    with pytest.raises(KitError) as refused:
        explain(STACK, scene_of(STACK), key, "openai.gpt-oss-120b", regions=[region], apis=[api])
    assert str(refused.value) == message


def test_unknown_region_is_refused_with_the_nearest() -> None:
    """A region that the catalogue lacks can't be answered about."""
    with pytest.raises(KitError, match=r"There is no region 'us-chicago-2' in the catalogue\."):
        explain(STACK, scene_of(STACK), "chatbot", "openai.gpt-oss-120b", regions=["us-chicago-2"])


_NO_VARIABLE = (
    "request.principle.type is no variable of policies: request.principal.type is; a test of a variable that"
    " the request lacks is false"
)


def test_json_holds_what_the_text_says() -> None:
    """The same facts, for a machine."""
    case = next(each for each in CASES if each["name"] == "request.principal.type misspelt")
    statement = case["statements"][0]

    assert value(explained(STACK, case)) == {
        "stack": "local",
        "key": "chatbot",
        "model": "openai.gpt-oss-120b",
        "answers": [
            {
                "regions": ["us-chicago-1"],
                "apis": ["chat"],
                "answer": "no",
                "granted": "no",
                "offered": "yes",
                "reasons": [],
                "statements": [
                    {
                        "role": "closest",
                        "policy": "others",
                        "attached": "genai-apps",
                        "source": {"file": "others.txt", "line": 1},
                        "statement": statement,
                        "why": [
                            _NO_VARIABLE,
                        ],
                        "tooMuch": [],
                        "corrected": statement.replace("principle", "principal"),
                        "correctedIn": None,
                    }
                ],
                "catalogue": ["openai.gpt-oss-120b is on offer in us-chicago-1."],
                "unknown": [],
                "fixes": [
                    {
                        "what": "write the corrected statement in place of the mistaken one",
                        "source": None,
                        "statements": [],
                    }
                ],
            }
        ],
        "note": "What stands between < and > in a statement to write stands for an OCID;"
        " `genaikeys status --json --stack local` prints those of keys and secrets.",
        "reminder": ADVICE.strip().replace("\n- ", "\n").split("\n"),
    }


_WHOLE = next(each for each in CASES if each["name"] == "key of another compartment")["statements"][0]


@given(some.data())
def test_any_text_is_told_of_and_none_raises(data: some.DataObject) -> None:
    """A statement with a hole, a doubled part or strange characters in it gets an answer all the same."""
    start = data.draw(some.integers(0, len(_WHOLE)))
    end = data.draw(some.integers(start, len(_WHOLE)))
    filling = data.draw(some.text(max_size=8) | some.just(_WHOLE[start:end] * 2))
    scene = scene_of(STACK, own=False)
    foreign = Foreign(
        text=_WHOLE[:start] + filling + _WHOLE[end:],
        policy="others",
        compartment=scene.callers[0].compartment,
    )
    found = explain(
        STACK, scene, "chatbot", "openai.gpt-oss-120b", regions=["us-chicago-1"], foreign=[foreign]
    )

    assert {each.answer for each in found.answers} <= set(Answer)
    assert text(found)
