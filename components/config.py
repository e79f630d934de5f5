"""Settings from the engine's config: the one place where the program reads raw config."""

from pulumi import get_project, get_stack
from pulumi.runtime import get_config_env, get_config_secret_keys_env, is_config_secret
from pulumi.runtime.config import CONFIG

from genaikeys import settings

__all__ = ["read"]


def read() -> settings.Settings:
    """Read and check the running stack's config.

    A language host hands config over in the environment or sets it in the runtime; `pulumi.Config` looks in
    both places too, but only for one key that it is told, and unknown keys are to be found here.

    Encrypted values come decrypted; they are passed on as encrypted, so that settings refuse them here as
    they do in a stack file.

    Raises:
        genaikeys.settings.SettingsError: Something is wrong with it.
    """
    raw: dict[str, object] = {**get_config_env(), **CONFIG.get()}
    encrypted = get_config_secret_keys_env()
    for key in raw:
        if key in encrypted or is_config_secret(key):
            raw[key] = {"secure": "..."}
    return settings.load(raw, stack=get_stack(), project=get_project())
