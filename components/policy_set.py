"""Policies of one purpose in one compartment: for one region's keys, or for all keys of it."""

from collections.abc import Mapping, Sequence

from pulumi import ComponentResource, Output, ResourceOptions
from pulumi_oci.identity.policy import Policy
from pulumi_oci.provider import Provider as OciProvider

from genaikeys.policies import Plan, Rule, statement

__all__ = ["PolicySet"]


class PolicySet(ComponentResource):
    """Policies as planned, in the home region, attached to the compartment that they speak about.

    Args:
        name: Logical name.
        plans: What to write; more than one where a policy would be too long.
        compartment_id: OCID of the compartment.
        home: Provider in the home region.
        api_key_ids: OCID of each key that a rule names, by the key's name.
        secret_ids: OCID of each Vault secret that a rule names, by the key's name.

    Attributes:
        policies: What was written, in the order of the plans.
    """

    policies: list[Policy]

    def __init__(
        self,
        name: str,
        *,
        plans: Sequence[Plan],
        compartment_id: Output[str],
        home: OciProvider,
        api_key_ids: Mapping[str, Output[str]] | None = None,
        secret_ids: Mapping[str, Output[str]] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("genaikeys:components:PolicySet", name, None, opts)
        self._compartment_id = compartment_id
        self._api_key_ids = api_key_ids or {}
        self._secret_ids = secret_ids or {}
        self._plans = plans
        self.policies = [
            Policy(
                plan.label,
                name=plan.name,
                description=plan.description,
                compartment_id=compartment_id,
                statements=[self._statement(rule) for rule in plan.rules],
                opts=ResourceOptions(parent=self, provider=home),
            )
            for plan in plans
        ]
        self.register_outputs({})

    def granting(self, key: str) -> list[Policy]:
        """The policies that name a key."""
        return [policy for plan, policy in zip(self._plans, self.policies, strict=True) if key in plan.keys]

    def _statement(self, rule: Rule) -> Output[str]:
        def write(ids: Sequence[str | None]) -> str:
            compartment, api_key, secret = ids
            return statement(rule, compartment=f"id {compartment}", api_key_id=api_key, secret_id=secret)

        key = rule.key or ""
        known = (self._compartment_id, self._api_key_ids.get(key), self._secret_ids.get(key))
        return Output.all(*known).apply(write)
