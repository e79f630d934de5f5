"""A local OCI with a stage for each module, and an undisturbed plugin beside those that are killed."""

from tests.provider.conftest import local, plugin, shared_plugin, stage

__all__ = ["local", "plugin", "shared_plugin", "stage"]
