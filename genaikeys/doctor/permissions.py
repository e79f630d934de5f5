"""What the deployer needs, and whether the policies that can be read grant it.

OCI has no call that answers "may I?". So the policies on the path are read and decided by the kit's own
reader of OCI's policy language, for the calls that a deployment makes. What it can't read is unknown.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from genaikeys.doctor.facts import Facts
from genaikeys.doctor.finding import Finding, Outcome
from genaikeys.errors import KitError
from genaikeys.iam import Principal, Statement
from genaikeys.settings import Settings

__all__ = ["NEEDS", "Need", "member_of", "needed", "permissions"]

Where = Literal["compartment", "above", "tenancy"]


@dataclass(frozen=True)
class Need:
    """A statement that a deployer needs.

    Attributes:
        grant: Verb and resource type.
        where: The compartment that holds the keys; what a compartment is made in; or the tenancy.
        calls: Operations that take it, each with its permission ("Details for ..." of the services in
            docs.oracle.com/iaas/Content/Identity/Reference, and Generative AI, "API permissions", read
            2026-11-23; of `resource-availability` by analogy).
        when: Which stacks need it: all of them, or those that make this.
    """

    grant: str
    where: Where
    calls: tuple[tuple[str, str], ...]
    when: Literal["always", "compartments", "vaults", "named vaults", "alerts", "budget"] = "always"


NEEDS = (
    Need("inspect tenancies", "tenancy", (("ListRegionSubscriptions", "TENANCY_INSPECT"),)),
    Need("inspect compartments", "tenancy", (("GetCompartment", "COMPARTMENT_INSPECT"),)),
    Need("manage compartments", "above", (("CreateCompartment", "COMPARTMENT_CREATE"),), "compartments"),
    Need(
        "manage policies",
        "compartment",
        (
            ("CreatePolicy", "POLICY_CREATE"),
            ("GetPolicy", "POLICY_READ"),
            ("UpdatePolicy", "POLICY_UPDATE"),
            ("DeletePolicy", "POLICY_DELETE"),
        ),
    ),
    Need(
        "manage generative-ai-apikey",
        "compartment",
        (
            ("ListApiKeys", "GENERATIVE_AI_APIKEY_INSPECT"),
            ("CreateApiKey", "GENERATIVE_AI_APIKEY_CREATE"),
            ("UpdateApiKey", "GENERATIVE_AI_APIKEY_UPDATE"),
            ("DeleteApiKey", "GENERATIVE_AI_APIKEY_DELETE"),
        ),
    ),
    Need(
        "manage secret-family",
        "compartment",
        (
            ("CreateSecret", "SECRET_CREATE"),
            ("UpdateSecret", "SECRET_UPDATE"),
            ("ListSecretVersions", "SECRET_VERSION_INSPECT"),
            ("GetSecretBundle", "SECRET_BUNDLE_READ"),
            ("ScheduleSecretDeletion", "SECRET_DELETE"),
        ),
    ),
    Need(
        "manage vaults",
        "compartment",
        (
            ("CreateVault", "VAULT_CREATE"),
            ("GetVault", "VAULT_READ"),
            ("ScheduleVaultDeletion", "VAULT_DELETE"),
        ),
        "vaults",
    ),
    Need(
        "manage keys",
        "compartment",
        (("CreateKey", "KEY_CREATE"), ("GetKey", "KEY_READ"), ("ScheduleKeyDeletion", "KEY_DELETE")),
        "vaults",
    ),
    Need(
        "manage ons-family",
        "compartment",
        (("CreateTopic", "ONS_TOPIC_CREATE"), ("CreateSubscription", "ONS_SUBSCRIPTION_CREATE")),
        "alerts",
    ),
    Need("manage alarms", "compartment", (("CreateAlarm", "ALARM_CREATE"),), "alerts"),
    Need("manage usage-budgets", "tenancy", (("CreateBudget", "USAGE_BUDGET_CREATE"),), "budget"),
    Need("inspect generative-ai-model", "tenancy", (("ListModelDiscovery", "GENERATIVE_AI_MODEL_INSPECT"),)),
    Need(
        "read resource-availability", "tenancy", (("GetResourceAvailability", "RESOURCE_AVAILABILITY_READ"),)
    ),
)


def needed(settings: Settings) -> list[Need]:
    """The statements that deploying a stack takes."""
    used = {placement.region for placement in settings.placements()}
    made = {
        "always": True,
        "compartments": any(each.id is None for each in settings.compartments.values()),
        "vaults": bool(used - set(settings.vaults)),
        "named vaults": bool(used & set(settings.vaults)),
        "alerts": bool(settings.alerts.emails),
        "budget": settings.alerts.budget is not None,
    }
    return [need for need in NEEDS if made[need.when]]


def permissions(facts: Facts) -> Iterator[Finding]:
    """The policies on the path let the caller make what the stack says."""
    try:
        judge = _Judge(facts)
    except KitError as problem:
        yield Finding(
            "permissions",
            "",
            Outcome.UNKNOWN,
            problem.what,
            "Without the caller's groups and the policies nobody can tell what it may do.",
            "Let the caller look: inspect users, inspect groups, inspect policies and inspect compartments "
            "in tenancy; or compare the statements in docs/doctor.md with what it has.",
        )
        return
    for name in facts.settings.compartments:
        for need in needed(facts.settings):
            if need.where == "tenancy" and name != next(iter(facts.settings.compartments)):
                continue
            yield judge.finding(need, name)


def member_of(subject: str) -> Principal:
    """Somebody of whom only a group or dynamic group is known.

    Args:
        subject: As in a statement, such as `dynamic-group deployers`.

    Raises:
        KitError: It is of neither form.
    """
    kind, _, name = subject.partition(" ")
    if kind == "group" and name:
        return Principal(type="user", id="the deployer", groups=frozenset((name,)))
    if kind == "dynamic-group" and name:
        return Principal(type="instance", id="the deployer", dynamic_groups=frozenset((name,)))
    raise KitError(
        f"The deployer is {subject!r}.",
        why="It is given as in a statement: group NAME or dynamic-group NAME.",
    )


def _caller(facts: Facts) -> Principal:
    user = facts.oci.user()
    if user is None:
        raise KitError(
            "A principal of OCI calls; which dynamic groups it matches can't be asked",
            next_step="Name one: --deployer 'dynamic-group NAME'",
        )
    return Principal(type="user", id=user, groups=facts.oci.groups(facts.home, user))


class _Judge:
    """Decides calls of the deployer by the policies that can be read.

    Raises:
        KitError: Something of them can't be read.
    """

    def __init__(self, facts: Facts) -> None:
        from genaikeys import iam

        self._facts = facts
        self._principal = facts.deployer or _caller(facts)
        self._paths = {name: facts.path(name) for name in facts.settings.compartments}
        parents: dict[str, tuple[str, str | None]] = {}
        for path in self._paths.values():
            for (ocid, name), above in zip(path, [*(each for each, _ in path[1:]), None], strict=True):
                parents[ocid] = (name, above)
        wanted = [name for name, there in facts.compartments.items() if there is None]
        parents |= {self._target(name): (name, self._paths[name][0][0]) for name in wanted}  # as if there
        tree = iam.Compartments(parents)
        read = [policy for ocid in parents if not _is_wanted(ocid) for policy in facts.policies(ocid)]
        self.unread: list[str] = []
        self._policies = iam.Policies(
            [
                iam.Policy(each.id, each.name, each.compartment_id, tuple(self._parsed(each.statements)))
                for each in read
            ],
            tree,
        )

    def _parsed(self, texts: tuple[str, ...]) -> Iterator[Statement]:
        from genaikeys import iam

        for text in texts:
            try:
                yield iam.parse_statement(text)
            except iam.StatementError:
                self.unread.append(text)

    def _target(self, name: str) -> str:
        return self._facts.compartments[name] or f"wanted:{name}"

    def finding(self, need: Need, name: str) -> Finding:
        """What the policies say of one statement that is needed for a compartment of the stack."""
        from genaikeys import iam

        settings = self._facts.settings
        target = {
            "compartment": self._target(name),
            "above": self._facts.parent_of(name),
            "tenancy": self._facts.oci.tenancy(),
        }[need.where]
        place = "tenancy" if need.where == "tenancy" else name
        answers = {
            operation: self._policies.decide(
                iam.Request(
                    principal=self._principal,
                    operation=operation,
                    permission=permission,
                    target=iam.Target(compartment=target, region=self._facts.regions[0], variables={}),
                    time=self._facts.oci.now(),
                )
            ).answer
            for operation, permission in need.calls
        }
        refused = [operation for operation, answer in answers.items() if answer is iam.Answer.NO]
        doubtful = [operation for operation, answer in answers.items() if answer is iam.Answer.UNKNOWN]
        if not refused and not doubtful:
            return Finding("permissions", place, Outcome.OK, need.grant)
        fix = f"Allow group NAME to {need.grant} in {self._location(need, name, settings)}"
        if refused and not self.unread:
            return Finding(
                "permissions",
                place,
                Outcome.FAILED,
                f"no policy allows {', '.join(refused)}",
                "The stack would be made halfway.",
                fix,
            )
        return Finding(
            "permissions",
            place,
            Outcome.UNKNOWN,
            f"policies leave open {', '.join([*refused, *doubtful])}",
            "A condition, or a statement that the kit can't read, decides.",
            f"If calls are refused: {fix}",
        )

    def _location(self, need: Need, name: str, settings: Settings) -> str:
        """Where the statement speaks of; what is yet to be made can't be named by its OCID."""
        if need.where == "tenancy":
            return "tenancy"
        ocid = self._facts.compartments[name]
        if need.where == "compartment" and ocid is not None:
            return f"compartment id {ocid}"
        parent = self._facts.parent_of(name)
        return "tenancy" if parent == self._facts.oci.tenancy() else f"compartment id {parent}"


def _is_wanted(ocid: str) -> bool:
    return ocid.startswith("wanted:")
