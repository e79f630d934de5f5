"""The Pulumi plugin for what pulumi_oci lacks: API keys, and the secrets published from them."""

VERSION = "0.1.0"
"""Version of the plugin and of its schema."""
