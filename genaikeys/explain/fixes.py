"""The least that would let a key call a model: a change of the stack's file, or statements to add."""

from genaikeys import yamltext
from genaikeys.access.model import Source
from genaikeys.access.scenes import Stack
from genaikeys.catalogue import Status
from genaikeys.explain.call import Call
from genaikeys.explain.explanation import Fix
from genaikeys.iam import Answer, Policies, Request, Statement, print_statement
from genaikeys.iam.condition import Both, Comparison
from genaikeys.iam.immutable import replaced
from genaikeys.iam.place import CompartmentPath
from genaikeys.iam.statement import Allow, Deny, Verb
from genaikeys.iam.subject import AnyUser

__all__ = ["absent_key", "excepted", "in_stack", "lacking", "reader", "render", "to_add"]

_VERBS = {
    "chat": Verb("use", "generative-ai-chat"),
    "responses": Verb("manage", "generative-ai-response"),
}
"""What each API takes; published policies say manage of Responses: whether use is enough isn't known."""


def in_stack(stack: Stack, call: Call) -> Fix | None:
    """A change of the stack's file, where the kit grants too little by it; None where it doesn't."""
    settings, name = stack.settings, call.caller.name
    key = settings.keys[name]
    if key.suspended:
        return Fix(
            what=f"set `suspended: false` for key {name}, then {_up(stack)}",
            source=_line(stack, "keys", name, "suspended"),
        )
    granted = settings.granted(name)
    if granted is None:
        return None
    if call.api.name not in settings.apis:
        return Fix(what=f"add {call.api.name} to `apis`, then {render(stack)}", source=_line(stack, "apis"))
    if call.model in settings.catalogue.models and call.model not in granted:
        models = ", ".join((*key.models, call.model))
        return Fix(
            what=f"give key {name} `models: [{models}]`, then {render(stack)}",
            source=_line(stack, "keys", name, "models"),
        )
    return None


def absent_key(stack: Stack, name: str, region: str) -> tuple[str, Fix | None]:
    """Why a key doesn't exist in a region, and what would change that."""
    settings = stack.settings
    key = settings.keys[name]
    if region not in key.regions:
        what = f"add {region} to `regions` of key {name}, then {render(stack)}"
        fix = Fix(what=what, source=_line(stack, "keys", name, "regions"))
        return f"{name} has no key in {region}: the stack wants it in {', '.join(key.regions)}.", fix
    there = [
        model.name
        for model in settings.catalogue.models.values()
        if model.api_key is Status.YES and model.on_demand_in(region, settings.today) is Status.YES
    ]
    why = f"{name} has no key in {region}: none of its models is on demand there."
    if not there:
        return why, None
    what = f"give key {name} a model that is: {', '.join(there)}; then {render(stack)}"
    return why, Fix(what=what, source=_line(stack, "keys", name, "models"))


def reader(stack: Stack, call: Call, who: str) -> Fix:
    """Let somebody read the key's secret, by the stack's file."""
    key = stack.settings.keys[call.caller.name]
    readers = ", ".join(dict.fromkeys((*key.readers, who)))
    return Fix(
        what=f"if {who} is to read it, give key {key.name} `readers: [{readers}]`, then {render(stack)}",
        source=_line(stack, "keys", key.name, "readers"),
    )


def lacking(call: Call, policies: Policies) -> tuple[Request, ...]:
    """What a call takes, or may take, and nobody grants."""
    return tuple(request for request in call.requests() if policies.decide(request).answer is not Answer.YES)


def _least(call: Call, request: Request, location: CompartmentPath) -> Allow:
    """The narrowest statement that grants a request of a call."""
    chat = request.permission == "GENERATIVE_AI_CHAT"
    tests = [
        Comparison("request.principal.type", "=", (call.caller.principal.type,)),
        Comparison("request.principal.id", "=", (call.caller.principal.id,)),
    ]
    if chat:
        tests.append(Comparison("target.model.id", "=", (call.model,)))
    return Allow(AnyUser(), _VERBS["chat" if chat else "responses"], location, Both(tuple(tests)))


def to_add(call: Call, policies: Policies) -> Fix | None:
    """Statements to add to a policy of the key's own compartment."""
    location = call.path_from(call.caller.compartment)
    if location is None:
        return None
    statements = dict.fromkeys(_least(call, each, location) for each in lacking(call, policies))
    if not statements:
        return None
    one = "this statement" if len(statements) == 1 else "these statements"
    where = call.name(call.caller.compartment)
    return Fix(
        what=f"add {one} to a policy of {where}",
        statements=tuple(print_statement(each) for each in statements),
    )


def excepted(call: Call, deny: Statement) -> Statement:
    """A deny that leaves the key alone; any other statement as it is."""
    if not isinstance(deny, Deny):
        return deny
    own = Comparison("request.principal.id", "!=", (call.caller.principal.id,))
    if deny.condition is None:
        return replaced(deny, condition=own)
    parts = deny.condition.parts if isinstance(deny.condition, Both) else (deny.condition,)
    return replaced(deny, condition=Both((*parts, own)))


def render(stack: Stack) -> str:
    """What makes a change of the stack's file real."""
    return f"`genaikeys policy render {stack.settings.stack}` and {_up(stack)}"


def _up(stack: Stack) -> str:
    return f"`make up STACK={stack.settings.stack}`"


def _line(stack: Stack, what: str, *path: str) -> Source:
    line = yamltext.line(stack.text, ["config", f"{stack.settings.project}:{what}", *path])
    return Source(file=stack.path, line=line or 1)
