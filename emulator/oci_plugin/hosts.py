"""Host names of OCI's services in the commercial realm.

Templates: OCI Python SDK 2.189.0, `endpoint_template` of each client.
"""

HOSTS = {
    "identity": "identity.{region}.oci.oraclecloud.com",
    "kms": "kms.{region}.oraclecloud.com",
    "limits": "limits.{region}.oci.oraclecloud.com",
    "notification": "notification.{region}.oraclecloud.com",
    "telemetry": "telemetry.{region}.oraclecloud.com",
    "usage": "usage.{region}.oci.oraclecloud.com",
    "vaults": "vaults.{region}.oci.oraclecloud.com",
}


def endpoint(service: str, region: str) -> str:
    """Scheme and host of a service in a region, e.g. `https://kms.us-chicago-1.oraclecloud.com`."""
    return "https://" + HOSTS[service].format(region=region)
