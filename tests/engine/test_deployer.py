"""The statements that `genaikeys doctor` asks for, and no others: a deployment runs with them."""

import json

from genaikeys.doctor.needs import NEEDS
from tests.engine.machine import Machine

_WRITE = """
import json, os, oci
config = oci.config.from_file(os.environ['OCI_CONFIG_FILE'])
identity = oci.identity.IdentityClient(config)
policy = {policy!r} or identity.list_policies(config['tenancy']).data[0].id
details = oci.identity.models.UpdatePolicyDetails(statements={statements!r})
identity.update_policy(policy, details)
print(json.dumps(policy))
"""


def test_deployer_with_the_doctors_statements_makes_changes_and_destroys(small: Machine) -> None:
    """Up, a rotation, retirement and destroy, by somebody who has nothing else; the doctor said so before."""
    small.admin("PUT", "/switches/policy-delay", {"value": 0})
    needs = [need.grant for need in NEEDS if need.when in ("always", "compartments", "vaults")]
    looking = ["inspect users", "inspect groups", "inspect policies"]
    statements = [f"Allow group Administrators to {each} in tenancy" for each in [*needs, *looking]]
    policy = small.ask_oci(_WRITE.format(policy="", statements=statements))

    doctor = small.kit("doctor", "--stack", small.stack, "--json")
    assert doctor.code == 0, doctor.said
    assert {each["outcome"] for each in json.loads(doctor.out)["findings"]} == {"ok"}
    small.ask_oci(_WRITE.format(policy=policy, statements=statements[: len(needs)]))
    small.up(check=True)
    rotated = small.kit("rotate", "chatbot", "--stack", small.stack)
    assert rotated.code == 0, rotated.said
    small.admin("POST", "/clock", {"by": 8 * 86400})
    small.up(check=True)
    destroyed = small.pulumi("destroy", "--yes", "--skip-preview")
    assert destroyed.code == 0, destroyed.said
