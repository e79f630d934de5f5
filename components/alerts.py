"""Who is told when something is wrong: topics, subscriptions, alarms and budgets.

OCI has no metric of an API key (Metric Details in Generative AI, read 2026-11-23). What is watched here is
what its documentation offers around one; docs/alerts.md says what that leaves out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import ComponentResource, Output, ResourceOptions
from pulumi_oci.budget.budget import Budget as OciBudget
from pulumi_oci.budget.rule import Rule
from pulumi_oci.monitoring.alarm import Alarm as OciAlarm
from pulumi_oci.ons.notification_topic import NotificationTopic
from pulumi_oci.ons.subscription import Subscription
from pulumi_oci.provider import Provider as OciProvider

from genaikeys.settings import Alarm, Budget, Settings

from .providers import Providers

__all__ = ["Alerts"]


@dataclass(frozen=True, kw_only=True)
class _Watch:
    """An alarm, as far as compartment and region don't matter."""

    name: str
    title: str
    namespace: str
    query: str
    severity: str
    advice: str


_FAILING_READS = "400|401|403|404|409|429|500|503"
"""Refusals and failures of OCI's services (API Errors, read 2026-11-23)."""

_WATCHES: Mapping[Alarm, tuple[_Watch, ...]] = {
    # Emitted for every secret, with its OCID and the response's code as dimensions (Monitoring Vault
    # Resources, read 2026-11-23).
    "secretReads": (
        _Watch(
            name="secret-reads",
            title="The secret of an API key can't be read",
            namespace="oci_secrets",
            query=(
                f'GetSecretBundle[5m]{{responseCode =~ "{_FAILING_READS}"}}.groupBy(resourceId).sum() > 0'
            ),
            severity="CRITICAL",
            advice="Somebody is refused this secret: an application without its key, or a stranger.",
        ),
    ),
    # Documented for dedicated clusters and endpoints only (Metric Details in Generative AI, read 2026-11-23).
    "modelErrors": (
        _Watch(
            name="client-errors",
            title="Calls of models are refused",
            namespace="oci_generativeai",
            query="ClientErrorCount[5m].grouping().sum() > 10",
            severity="WARNING",
            advice="A key that doesn't work, a retired model, or too many calls at once.",
        ),
        _Watch(
            name="server-errors",
            title="Calls of models fail",
            namespace="oci_generativeai",
            query="ServerErrorCount[5m].grouping().sum() > 10",
            severity="WARNING",
            advice="The service fails; keys and policies are not the reason.",
        ),
    ),
}

_RULES = (("ACTUAL", 80), ("ACTUAL", 100), ("FORECAST", 100))
"""When a budget tells, in percent of its amount; a forecast needs three days of spending first (Creating a
Budget Alert Rule, read 2026-11-23)."""


class Alerts(ComponentResource):
    """A topic with its e-mail subscriptions in each region that has an alarm, the alarms, and the budgets.

    A topic is regional, and so is an alarm. Without alarms there is one topic, in the home region, to publish
    to. It lies in the stack's first compartment by name and stays there, as vaults do.

    Args:
        settings: The stack; its alerts name at least one address.
        providers: The stack's providers.
        compartment_ids: OCID of each compartment of the stack, by name.

    Attributes:
        topics: OCID of each topic, by region.
    """

    topics: Mapping[str, Output[str]]

    def __init__(
        self,
        *,
        settings: Settings,
        providers: Providers,
        compartment_ids: Mapping[str, Output[str]],
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("genaikeys:components:Alerts", "alerts", None, opts)
        self._settings = settings
        self._ids = compartment_ids
        self._label = "-".join(dict.fromkeys((settings.owner, settings.project, settings.stack)))
        given = settings.alerts
        where = providers.regions if given.alarms else {settings.home_region: providers.home}
        self.topics = {region: self._topic(region, provider) for region, provider in where.items()}
        for compartment, ocid in compartment_ids.items():
            placed = settings.placements_in(compartment)
            for alarm in given.alarms:
                for region in placed:
                    self._alarms(_WATCHES[alarm], compartment, region, ocid, providers.regions[region])
            if given.budget is not None and placed:
                self._budget(given.budget, compartment, ocid, providers.home)
        self.register_outputs({"topicIds": self.topics})

    def _topic(self, region: str, provider: OciProvider) -> Output[str]:
        """Make a region's topic, and subscribe everybody to it."""
        opts = ResourceOptions(parent=self, provider=provider, ignore_changes=["compartmentId"])
        home = self._ids[min(self._ids)]
        topic = NotificationTopic(
            f"alerts-{region}",
            compartment_id=home,
            name=self._label.replace(".", "-"),
            description=f"Tells about API keys of the stack {self._settings.stack}",
            opts=opts,
        )
        for address in self._settings.alerts.emails:
            Subscription(
                f"{address}-{region}",
                compartment_id=home,
                topic_id=topic.id,
                protocol="EMAIL",
                endpoint=address,
                opts=opts,
            )
        return topic.id

    def _alarms(
        self,
        watches: tuple[_Watch, ...],
        compartment: str,
        region: str,
        compartment_id: Output[str],
        provider: OciProvider,
    ) -> None:
        for watch in watches:
            OciAlarm(
                f"{compartment}-{region}-{watch.name}",
                compartment_id=compartment_id,
                metric_compartment_id=compartment_id,
                display_name=f"{watch.title}: {compartment}, {region}, stack {self._settings.stack}",
                body=f"{watch.advice} See: genaikeys status --stack {self._settings.stack}",
                namespace=watch.namespace,
                query=watch.query,
                pending_duration="PT5M",
                severity=watch.severity,
                message_format="ONS_OPTIMIZED",
                destinations=[self.topics[region]],
                is_enabled=True,
                opts=ResourceOptions(parent=self, provider=provider),
            )

    def _budget(
        self, budget: Budget, compartment: str, compartment_id: Output[str], home: OciProvider
    ) -> None:
        """Make a compartment's budget: one is allowed for each (Creating a Budget, read 2026-11-23)."""
        opts = ResourceOptions(parent=self, provider=home)
        made = OciBudget(
            compartment,
            compartment_id=budget.tenancy,
            display_name=f"{self._label}-{compartment}".replace(".", "-"),
            description=f"API keys of the stack {self._settings.stack} in {compartment}",
            amount=budget.amount,
            reset_period="MONTHLY",
            target_type="COMPARTMENT",
            targets=[compartment_id],
            opts=opts,
        )
        for kind, percent in _RULES:
            Rule(
                f"{compartment}-{kind.lower()}-{percent}",
                budget_id=made.id,
                display_name=f"{kind.lower()}-{percent}",
                type=kind,
                threshold=percent,
                threshold_type="PERCENTAGE",
                recipients=",".join(self._settings.alerts.emails),
                message=f"API keys of the stack {self._settings.stack} in {compartment}",
                opts=opts,
            )
