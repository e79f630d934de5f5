"""Whether the policies that can be read grant what the deployer needs.

OCI has no call that answers "may I?". So the policies on the path are read and decided by the kit's own
reader of OCI's policy language, for the calls that a deployment makes. What it can't read is unknown.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from genaikeys.doctor import deployer
from genaikeys.doctor.facts import Facts
from genaikeys.doctor.finding import Finding, Outcome
from genaikeys.doctor.needs import Need, needed
from genaikeys.errors import KitError
from genaikeys.iam import Answer, Statement

__all__ = ["permissions"]


def permissions(facts: Facts) -> Iterator[Finding]:
    """The policies on the path let the caller make what the stack says."""
    try:
        judge = _Judge(facts)
    except KitError as problem:
        statements = "; ".join(_statements(facts))
        named = f"{problem.next_step}. " if problem.next_step and facts.deployer is None else ""
        yield Finding(
            "permissions",
            "",
            Outcome.UNKNOWN,
            problem.what,
            "Without the caller's groups and the policies nobody can tell what it may do.",
            f"{named}Let the caller look: inspect users, inspect groups, inspect policies and inspect "
            f"compartments in tenancy; or compare what it has with these: {statements}",
        )
        return
    for need, name in _wanted(facts):
        yield judge.finding(need, name)
    for need in needed(facts.settings):
        if need.where == "vault":
            yield from (judge.finding(need, ocid) for ocid in judge.of_vaults)


def _wanted(facts: Facts) -> Iterator[tuple[Need, str]]:
    """Each statement with the compartment of the stack that it is for; those of the tenancy once."""
    first = next(iter(facts.settings.compartments))
    for name in facts.settings.compartments:
        for need in needed(facts.settings):
            if need.where != "vault" and (need.where != "tenancy" or name == first):
                yield need, name


def _statements(facts: Facts) -> Iterator[str]:
    """All that are needed, where nobody can tell which are there; principals are in dynamic groups."""
    subject = "group" if facts.oci.user() else "dynamic-group"
    told = dict.fromkeys(
        f"Allow {subject} NAME to {need.grant} in {_location(facts, need, name)}"
        for need, name in _wanted(facts)
    )
    yield from told
    for need in needed(facts.settings):
        if need.where == "vault":
            yield f"Allow {subject} NAME to {need.grant} in compartment id of the vaults that the stack names"


def _location(facts: Facts, need: Need, name: str) -> str:
    """Where a statement speaks of; what is yet to be made can't be named by its OCID."""
    if need.where == "tenancy":
        return "tenancy"
    if need.where == "vault":
        return _called(facts, name)
    ocid = None
    with suppress(KitError):
        ocid = facts.compartments[name]
    if need.where == "compartment" and ocid is not None:
        return _called(facts, ocid)
    with suppress(KitError):
        return _called(facts, facts.parent_of(name))
    return f"the compartment that holds {name}"


def _called(facts: Facts, ocid: str) -> str:
    return "tenancy" if ocid == facts.oci.tenancy() else f"compartment id {ocid}"


class _Judge:
    """Decides calls of the deployer by the policies that can be read.

    Attributes:
        of_vaults: OCID and name of each compartment with a vault or key that the stack names and that can be
            seen; of the others the check of vaults tells.

    Raises:
        KitError: Something of them can't be read.
    """

    def __init__(self, facts: Facts) -> None:
        from genaikeys import iam

        self._facts = facts
        self._principal = facts.deployer or deployer.asking(facts.oci, facts.home)
        self._paths = {name: facts.path(name) for name in facts.settings.compartments}
        vaults = [facts.oci.path(facts.home, ocid) for ocid in self._vault_compartments()]
        self.of_vaults = {path[0][0]: path[0][1] for path in vaults}
        parents: dict[str, tuple[str, str | None]] = {}
        for path in [*self._paths.values(), *vaults]:
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

    def _vault_compartments(self) -> list[str]:
        found: dict[str, None] = {}
        for region in self._facts.regions:
            named = self._facts.settings.vaults.get(region)
            if named is None:
                continue
            with suppress(KitError):
                vault = self._facts.oci.see_vault(region, named.id)
                found[vault["compartment"]] = None
                key = self._facts.oci.see_key(region, vault["endpoint"], named.key)
                found[key["compartment"]] = None
        return list(found)

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
        """What the policies say of one statement that is needed.

        Args:
            need: The statement.
            name: Of a compartment of the stack; or the OCID of one with vaults.
        """
        from genaikeys import iam

        target, place = self._aim(need, name)
        regions = [self._facts.home] if need.is_identity else self._facts.regions
        answers = {
            (operation, permission, region): self._policies.decide(
                iam.Request(
                    principal=self._principal,
                    operation=operation,
                    permission=permission,
                    target=iam.Target(compartment=target, region=region, variables={}),
                    time=self._facts.oci.now(),
                )
            ).answer
            for operation, permission in need.calls
            for region in regions
        }
        refused = _told(answers, regions, iam.Answer.NO)
        doubtful = _told(answers, regions, iam.Answer.NO, iam.Answer.UNKNOWN)
        if not doubtful:
            return Finding("permissions", place, Outcome.OK, need.grant)
        whom = deployer.subject(self._principal)
        fix = f"Allow {whom} to {need.grant} in {_location(self._facts, need, name)}"
        if refused and not self.unread:
            return Finding(
                "permissions",
                place,
                Outcome.FAILED,
                f"no policy allows {refused}",
                "The stack would be made halfway.",
                fix,
            )
        return Finding(
            "permissions",
            place,
            Outcome.UNKNOWN,
            f"policies leave open {doubtful}",
            "A condition, or a statement that the kit can't read, decides.",
            f"If calls are refused: {fix}",
        )

    def _aim(self, need: Need, name: str) -> tuple[str, str]:
        """The compartment that a call would be made in, and what people call it."""
        if need.where == "tenancy":
            return self._facts.oci.tenancy(), "tenancy"
        if need.where == "vault":
            return name, self.of_vaults[name]
        return (self._target(name) if need.where == "compartment" else self._facts.parent_of(name)), name


def _told(answers: Mapping[tuple[str, str, str], Answer], regions: Sequence[str], *wanted: Answer) -> str:
    """Operations with such an answer, and where, if that isn't everywhere; empty where there is none."""
    found = [(operation, region) for (operation, _, region), answer in answers.items() if answer in wanted]
    there = [region for region in regions if any(each == region for _, each in found)]
    where = f" in {', '.join(there)}" if found and len(there) < len(regions) else ""
    return ", ".join(dict.fromkeys(operation for operation, _ in found)) + where


def _is_wanted(ocid: str) -> bool:
    return ocid.startswith("wanted:")
