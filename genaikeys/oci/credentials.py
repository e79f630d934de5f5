"""Who calls OCI: the profile, session or principal that a stack names."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from genaikeys.errors import KitError

__all__ = ["Auth", "AuthLike", "config_and_signer"]

TYPES = ("api_key", "session", "instance", "resource", "workload")


class AuthLike(Protocol):
    """What a stack says about authentication, see `Auth`."""

    @property
    def type(self) -> str:
        """One of `TYPES`."""

    @property
    def profile(self) -> str:
        """Section of the OCI configuration file."""


@dataclass(frozen=True)
class Auth:
    """How to authenticate.

    Attributes:
        type: ``api_key``, ``session``, ``instance``, ``resource`` or ``workload``.
        profile: Section of the OCI configuration file, for ``api_key`` and ``session``.
    """

    type: str = "api_key"
    profile: str = "DEFAULT"

    @classmethod
    def of(cls, given: Mapping[str, object]) -> "Auth":
        """From ``{"type", "profile"}``, either of which may be absent.

        Raises:
            KitError: For a type that is none.
        """
        kind = str(given.get("type") or "api_key")
        if kind not in TYPES:
            raise KitError(
                f"auth.type is {kind!r}",
                why=f"Allowed: {', '.join(TYPES)}.",
                next_step="Correct the stack's auth.",
            )
        return cls(kind, str(given.get("profile") or "DEFAULT"))


def config_file() -> Path:
    """The OCI configuration file: ``OCI_CONFIG_FILE``, else ``config`` in the home's ``.oci``.

    The SDK's own loader looks at the variable only where the home has no file (OCI Python SDK 2.189.0,
    config).
    """
    return Path(os.environ.get("OCI_CONFIG_FILE") or Path.home() / ".oci" / "config").expanduser()


def config_and_signer(auth: AuthLike) -> tuple[dict[str, Any], Any]:
    """The SDK's configuration, empty for a principal, and one signer for all of its clients.

    Each client would load and check the private key anew, 30 ms each time, in six regions for four services.

    Raises:
        KitError: The file, the profile, the key or the principal isn't there.
    """
    if auth.type not in ("api_key", "session"):
        return {}, _principal(auth.type)
    config = _profile(auth)
    return config, _session_signer(config) if auth.type == "session" else _key_signer(config)


def _profile(auth: AuthLike) -> dict[str, Any]:
    import oci

    path = config_file()
    try:
        config: dict[str, Any] = oci.config.from_file(str(path), auth.profile)
        if auth.type == "api_key":
            oci.config.validate_config(config)
    except oci.exceptions.InvalidKeyFilePath:
        raise KitError(
            f"The profile {auth.profile} of {path} names a key_file that isn't there",
            next_step="Put the private key there, or correct key_file.",
        ) from None
    except oci.exceptions.ConfigFileNotFound:
        raise KitError(
            f"No OCI configuration file at {path}",
            why=f"The stack authenticates with the profile {auth.profile}.",
            next_step="Make one with `oci setup config`, or set OCI_CONFIG_FILE; for the local OCI run "
            '`eval "$(genaikeys local env)"`.',
        ) from None
    except oci.exceptions.ProfileNotFound:
        raise KitError(
            f"No profile {auth.profile} in {path}",
            why="The stack's auth names it.",
            next_step="Add the profile, or correct auth.profile.",
        ) from None
    except (oci.exceptions.InvalidConfig, ValueError) as problem:
        raise KitError(
            f"The profile {auth.profile} of {path} is not complete",
            why=str(problem),
            next_step="Correct the profile: user, fingerprint, key_file, tenancy and region are needed.",
        ) from None
    return config


def _key_signer(config: Mapping[str, Any]) -> Any:
    import oci

    with _private_key():
        return oci.signer.Signer(
            config["tenancy"],
            config["user"],
            config["fingerprint"],
            config.get("key_file"),
            config.get("pass_phrase"),
            config.get("key_content"),
        )


def _session_signer(config: Mapping[str, Any]) -> Any:
    import oci

    try:
        token = Path(config["security_token_file"]).expanduser().read_text(encoding="utf-8")
        with _private_key():
            key = oci.signer.load_private_key_from_file(config["key_file"], config.get("pass_phrase"))
    except (KeyError, OSError) as problem:
        raise KitError(
            "The session's token or key can't be read",
            why=str(problem),
            next_step="Start a session with `oci session authenticate`.",
        ) from None
    return oci.auth.signers.SecurityTokenSigner(token, key)


@contextmanager
def _private_key() -> Iterator[None]:
    """Say what is wrong with a private key that can't be used."""
    import oci

    try:
        yield
    except (oci.exceptions.InvalidPrivateKey, oci.exceptions.MissingPrivateKeyPassphrase) as problem:
        raise KitError(
            "The profile's private key can't be used",
            why=str(problem),
            next_step="Correct the profile's key_file or pass_phrase.",
        ) from None


def _principal(kind: str) -> Any:
    import oci

    try:
        if kind == "instance":
            return oci.auth.signers.InstancePrincipalsSecurityTokenSigner()
        if kind == "resource":
            return oci.auth.signers.get_resource_principals_signer()
        return oci.auth.signers.get_oke_workload_identity_resource_principal_signer()
    except Exception as problem:  # noqa: BLE001 - the SDK raises whatever its transport raises
        raise KitError(
            f"This machine has no {kind} principal",
            why=f"{type(problem).__name__} from the OCI SDK.",
            next_step="Run where the principal exists, or set auth to api_key with a profile.",
        ) from None
