"""Why a key can or can't call a model: from the statements, the catalogue and the stack's file.

A pure function of a scene, a stack and statements as somebody wrote them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches

from genaikeys.access.foreign import Foreign
from genaikeys.access.scene import APIS, Api, Caller, Scene, Written
from genaikeys.access.scenes import Stack
from genaikeys.errors import KitError
from genaikeys.explain import fixes
from genaikeys.explain.call import Call
from genaikeys.explain.explanation import Answered, Explanation, Fix
from genaikeys.explain.offers import nearest, not_offered, offers
from genaikeys.explain.pleas import Plea, Pleas
from genaikeys.iam import Answer, print_statement

__all__ = ["explain"]


def explain(
    stack: Stack,
    scene: Scene,
    key: str,
    model: str,
    *,
    regions: Sequence[str] = (),
    apis: Sequence[str] = (),
    foreign: Iterable[Foreign] = (),
) -> Explanation:
    """Say why a key can or can't call a model.

    Args:
        stack: The stack.
        scene: Its scene, without the foreign statements.
        key: The key by name.
        model: Name of the model; it may be none.
        regions: Region identifiers; default: those where the key exists.
        apis: Names of APIs; default: all.
        foreign: Statements of other policies; those that are none are told of.

    Raises:
        KitError: There is no such key, region or API.
    """
    _check(stack, key, regions, apis)
    pleas = Pleas(scene, tuple(foreign))
    callers = {caller.region: caller for caller in scene.callers if caller.name == key}
    wanted = tuple(dict.fromkeys(regions)) or tuple(callers) or stack.settings.keys[key].regions
    found: list[Answered] = []
    for api in APIS:
        if apis and api.name not in apis:
            continue
        for region in wanted:
            caller = callers.get(region)
            if caller is None:
                found.append(_absent(stack, key, region, api))
            else:
                found.append(_answered(stack, pleas, caller, api, model))
    answers = tuple(_together(found))
    return Explanation(stack=stack.settings.stack, key=key, model=model, answers=answers)


def _check(stack: Stack, key: str, regions: Sequence[str], apis: Sequence[str]) -> None:
    settings = stack.settings
    known = (
        ("key", (key,), settings.keys, f"stack {settings.stack}"),
        ("region", regions, settings.catalogue.regions, "the catalogue"),
        ("API", apis, [api.name for api in APIS], "the kit"),
    )
    for what, given, names, where in known:
        for each in given:
            if each not in names:
                near = get_close_matches(each, list(names), n=1)
                raise KitError(
                    f"There is no {what} {each!r} in {where}.",
                    why=f"It knows {', '.join(names)}.",
                    next_step=f"The nearest is {near[0]}." if near else None,
                )


def _absent(stack: Stack, key: str, region: str, api: Api) -> Answered:
    why, fix = fixes.absent_key(stack, key, region)
    return Answered(
        regions=(region,),
        apis=(api.name,),
        answer=Answer.NO,
        granted=Answer.NO,
        offered=Answer.UNKNOWN,
        reasons=(why,),
        fixes=(fix,) if fix else (),
    )


def _answered(stack: Stack, pleas: Pleas, caller: Caller, api: Api, model: str) -> Answered:
    scene = pleas.scene
    settings = stack.settings
    call = Call(
        caller=caller,
        api=api,
        model=model,
        models=frozenset(settings.catalogue.models),
        compartments=scene.compartments,
        known=pleas.known,
        time=scene.time,
    )
    missing = Answer.UNKNOWN if not_offered(settings, model) is None else Answer.NO
    offered, why = scene.offered.get((model, api.name, caller.region), (missing, ""))
    plea = pleas.of(call)
    both = {plea.granted, offered}
    answer = next(each for each in (Answer.NO, Answer.UNKNOWN, Answer.YES) if each in both)
    readers = pleas.readers(call)
    return Answered(
        regions=(caller.region,),
        apis=(api.name,),
        answer=answer,
        granted=plea.granted,
        offered=offered,
        reasons=plea.reasons,
        statements=(*plea.statements, *readers.statements),
        catalogue=tuple(offers(settings, model, caller.region, offered, why)),
        unknown=() if offered is Answer.NO else plea.unknown,
        fixes=(
            *(_fixes(stack, pleas, call, plea, offered) if answer is not Answer.YES else ()),
            *(fixes.reader(stack, call, who) for who in readers.wanting),
        ),
    )


def _fixes(stack: Stack, pleas: Pleas, call: Call, plea: Plea, offered: Answer) -> Iterator[Fix]:
    """The nearest things that help, together."""
    found: Fix | None = None
    if call.caller.suspended:
        found = fixes.in_stack(stack, call)
    elif offered is Answer.NO:
        found = _other_model(pleas, call, "no statement helps here; ")
    elif call.model not in call.models:
        near = nearest(stack.settings, call.model)
        found = Fix(what=f"call {near}") if near else _other_model(pleas, call)
    elif plea.granted is not Answer.YES:
        yield from _grants(stack, pleas, call, plea)
    if found is not None:
        yield found


def _grants(stack: Stack, pleas: Pleas, call: Call, plea: Plea) -> Iterator[Fix]:
    """What makes the policies grant a call.

    Denies that leave the key alone; and a corrected statement, a change of the stack's file, or a new
    statement.
    """
    scene = pleas.scene
    for written, surely in pleas.denials(call):
        statement = fixes.excepted(call, written.statement)
        how = "denies" if surely else "may deny"
        what = f"policy {written.policy} {how} it, which no allow outweighs: leave the key out of it"
        yield Fix(what=what, source=written.source, statements=(print_statement(statement),))
        kept = tuple(each for each in scene.statements if each is not written)
        scene = replace(scene, statements=(*kept, replace(written, statement=statement)))
    lacking = len(fixes.lacking(call, scene.policies()))
    for correction in plea.corrections if lacking else ():
        added = Written(statement=correction.statement, policy="corrected", compartment=correction.attached)
        better = replace(scene, statements=(*scene.statements, added))
        if len(fixes.lacking(call, better.policies())) < lacking:
            where = f", in a policy of {correction.moved}" if correction.moved else ""
            how = " in place of the mistaken one" if correction.plain else " besides it"
            yield Fix(what=f"write the corrected statement{how}{where}")
            scene = better
            break
    else:
        change = fixes.in_stack(stack, call) if lacking else None
        if change is not None:
            yield change
            return
    more = fixes.to_add(call, scene.policies())
    if more is not None:
        yield more


def _other_model(pleas: Pleas, call: Call, because: str = "") -> Fix | None:
    """What the key may call where the model isn't offered, or isn't known."""
    there = [
        name
        for (name, api, region), (offered, _) in pleas.scene.offered.items()
        if api == call.api.name and region == call.caller.region and offered is Answer.YES
    ]
    able = [name for name in there if pleas.judge.call(call.caller, call.api, name).answer is Answer.YES]
    if able:
        return Fix(what=f"{because}{call.caller.name} can call {', '.join(able)}")
    return Fix(what=f"{because}offered are {', '.join(there)}") if there else None


def _together(found: Sequence[Answered]) -> Iterator[Answered]:
    """Regions, then APIs, of which the same is told, told once."""
    regions: dict[str, Answered] = {}
    for each in found:
        word = repr(replace(each, regions=())).replace(each.regions[0], "<region>")
        first = regions.get(word)
        regions[word] = each if first is None else replace(first, regions=(*first.regions, *each.regions))
    apis: dict[str, Answered] = {}
    for each in regions.values():
        word = repr(replace(each, apis=()))
        first = apis.get(word)
        apis[word] = each if first is None else replace(first, apis=(*first.apis, *each.apis))
    yield from apis.values()
