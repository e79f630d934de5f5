"""Who signs: an API signing key from settings, the environment or a profile of OCI's configuration file.

Order of the sources as in terraform-provider-oci 8.28.0 (internal/provider): settings, then `TF_VAR_…` and
`OCI_…` variables, then the profile. One difference, so that a local stack never picks up a real account:
`OCI_CONFIG_FILE` comes before the file in the home folder. File format: "SDK and CLI Configuration File",
docs.oracle.com, 2026-11.
"""

import configparser
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from emulator.oci_plugin.errors import ConfigurationError
from emulator.oci_plugin.surroundings import Surroundings


@dataclass(frozen=True)
class Credentials:
    """A user's API signing key, and the region to call."""

    tenancy: str
    user: str
    fingerprint: str
    region: str
    key: RSAPrivateKey = field(repr=False)

    @property
    def key_id(self) -> str:
        """The `keyId` of a signature."""
        return f"{self.tenancy}/{self.user}/{self.fingerprint}"


def find(settings: Mapping[str, Any], surroundings: Surroundings) -> Credentials:
    """The credentials of a provider instance.

    Args:
        settings: Provider inputs, e.g. `{"region": "us-chicago-1", "configFileProfile": "DEFAULT"}`.
        surroundings: Environment of the command.

    Raises:
        ConfigurationError: something is missing, unreadable or of a kind that the stand-in lacks.
    """
    auth = settings.get("auth") or surroundings.setting("auth") or "ApiKey"
    if str(auth).lower() != "apikey":
        raise ConfigurationError(
            f"auth is {auth!r}: the local stand-in for the OCI plugin signs with ApiKey only\n"
            "  next: set auth to api_key for a local stack, or install the official pulumi-resource-oci"
        )
    profile = _Profile(
        settings.get("configFileProfile") or surroundings.setting("config_file_profile"), surroundings
    )

    def wanted(name: str, variable: str, in_file: str) -> str:
        value = settings.get(name) or surroundings.setting(variable) or profile.get(in_file)
        if not value:
            raise ConfigurationError(
                f"the OCI provider has no {name}: it is neither a setting of the provider, "
                f"nor in the environment (OCI_{variable.upper()}), nor {in_file!r} in {profile}\n"
                "  next: set one of them; `genaikeys local env` prints them for a local OCI"
            )
        return str(value)

    return Credentials(
        tenancy=wanted("tenancyOcid", "tenancy_ocid", "tenancy"),
        user=wanted("userOcid", "user_ocid", "user"),
        fingerprint=wanted("fingerprint", "fingerprint", "fingerprint"),
        region=wanted("region", "region", "region"),
        key=_private_key(settings, surroundings, profile),
    )


class _Profile:
    """One profile of the configuration file, read only when something is looked up in it."""

    def __init__(self, name: object, surroundings: Surroundings) -> None:
        self.name = str(name or "DEFAULT")
        self.path = surroundings.path(surroundings.get("OCI_CONFIG_FILE") or "~/.oci/config")
        self._values: Mapping[str, str] | None = None

    def __str__(self) -> str:
        return f"profile {self.name} of {self.path}"

    def get(self, name: str) -> str | None:
        if self._values is None:
            self._values = self._read()
        return self._values.get(name)

    def _read(self) -> Mapping[str, str]:
        parser = configparser.ConfigParser(interpolation=None)
        try:
            parser.read_string(self.path.read_text())
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError) as problem:
            reason = getattr(problem, "strerror", None) or "not text"
            raise ConfigurationError(
                f"{self.path} can't be read: {reason}\n  next: make it readable"
            ) from None
        except configparser.Error as problem:
            reason = str(problem).splitlines()[0]
            raise ConfigurationError(
                f"{self.path} is not an OCI configuration file: {reason}\n  next: repair it"
            ) from None
        if self.name == "DEFAULT":
            return parser.defaults()
        if not parser.has_section(self.name):
            known = ", ".join(["DEFAULT", *parser.sections()])
            raise ConfigurationError(
                f"{self.path} has no profile {self.name}; it has {known}\n  next: name one of them"
            )
        return parser[self.name]


def _private_key(settings: Mapping[str, Any], surroundings: Surroundings, profile: _Profile) -> RSAPrivateKey:
    text = settings.get("privateKey") or surroundings.setting("private_key")
    phrase = settings.get("privateKeyPassword") or surroundings.setting("private_key_password")
    where = "the provider's privateKey"
    if not text:
        named = settings.get("privateKeyPath") or surroundings.setting("private_key_path")
        if not named:
            named = profile.get("key_file")
            phrase = phrase or profile.get("pass_phrase")
        if not named:
            raise ConfigurationError(
                "the OCI provider has no private key: neither privateKey nor privateKeyPath is set, "
                f"nor OCI_PRIVATE_KEY_PATH, nor 'key_file' in {profile}\n"
                "  next: set one of them; `genaikeys local env` prints them for a local OCI"
            )
        path = surroundings.path(str(named))
        where = str(path)
        text = _content(path)
    return _loaded(str(text).replace("\\n", "\n"), str(phrase) if phrase else None, where)


def _content(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as problem:
        reason = getattr(problem, "strerror", None) or "not text"
        raise ConfigurationError(
            f"the private key {path} can't be read: {reason}\n  next: check the path"
        ) from None


@lru_cache(maxsize=8)
def _loaded(pem: str, phrase: str | None, where: str) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(pem.encode(), phrase.encode() if phrase else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # The library's own text may quote the file.
        raise ConfigurationError(
            f"{where} is no readable PEM private key, or its password is wrong"
        ) from None
    if not isinstance(key, RSAPrivateKey):
        raise ConfigurationError(f"{where} is no RSA key; OCI's API signing keys are RSA")
    return key
