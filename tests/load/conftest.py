"""A local OCI with a stage, and the plugin that makes keys in it."""

from tests.provider.conftest import local, plugin, shared_plugin, stage

__all__ = ["local", "plugin", "shared_plugin", "stage"]
