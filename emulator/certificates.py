"""Certificates and keys: a home's CA and one certificate for every host; users' keys; proof of instances."""

import hashlib
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from emulator.hosts import certificate_names

__all__ = [
    "Authority",
    "authority",
    "ca_key",
    "fingerprint",
    "instance_ca",
    "instance_certificate",
    "public_key",
    "rsa_key",
]

_LIFE = timedelta(days=3650)
_NAME = "Local OCI"


@dataclass(frozen=True)
class Authority:
    """What a CA made before its key was thrown away: its certificate, the hosts' chain and key, all PEM."""

    ca: str
    certificate: str
    key: str

    def __repr__(self) -> str:
        return "Authority(...)"


def authority() -> Authority:
    """Make a CA, let it sign one certificate for every host of the local OCI, and forget its key."""
    own = ec.generate_private_key(ec.SECP256R1())
    ca_name = _name(f"{_NAME} CA")
    ca = (
        _builder(ca_name, ca_name, own.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
        .sign(own, hashes.SHA256())
    )
    key = ec.generate_private_key(ec.SECP256R1())
    names: list[x509.GeneralName] = [x509.DNSName(name) for name in (*certificate_names(), "localhost")]
    names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    certificate = (
        _builder(_name(_NAME), ca_name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(own.public_key()), critical=False)
        .sign(own, hashes.SHA256())
    )
    ca_pem = ca.public_bytes(Encoding.PEM).decode()
    return Authority(ca_pem, certificate.public_bytes(Encoding.PEM).decode() + ca_pem, _private(key))


def ca_key() -> str:
    """A new key for `instance_ca`, as PEM."""
    return _private(ec.generate_private_key(ec.SECP256R1()))


def instance_ca(key: str) -> str:
    """The certificate of the CA that vouches for instances, PEM.

    Args:
        key: Its private key, PEM.
    """
    own = _signing(key)
    name = _name(f"{_NAME} instances CA")
    made = (
        _builder(name, name, own.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(own, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()


def instance_certificate(private: str, units: Iterable[str], ca: str, key: str) -> str:
    """A certificate that says which instance holds a key, PEM.

    Args:
        private: The instance's RSA key, PEM.
        units: Organizational units of the subject, such as ``opc-instance:<OCID>``.
        ca: Certificate of the CA, PEM.
        key: The CA's private key, PEM.
    """
    subject = [x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit) for unit in units]
    own = load_pem_private_key(private.encode(), None).public_key()
    if not isinstance(own, rsa.RSAPublicKey):
        raise TypeError("an instance's key is an RSA key")
    issuer = x509.load_pem_x509_certificate(ca.encode()).subject
    made = (
        _builder(x509.Name(subject), issuer, own)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .sign(_signing(key), hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()


def rsa_key() -> str:
    """A new RSA key as PEM, the kind that OCI's API keys are."""
    return _private(rsa.generate_private_key(public_exponent=65537, key_size=2048))


def public_key(private: str) -> str:
    """The public half of a private key, both PEM."""
    key = load_pem_private_key(private.encode(), None).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def fingerprint(private: str) -> str:
    """MD5 of the DER of a key's public half, in pairs of hexadecimal digits."""
    key = load_pem_private_key(private.encode(), None).public_key()
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.md5(der, usedforsecurity=False).digest().hex(":")


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _signing(key: str) -> ec.EllipticCurvePrivateKey:
    found = load_pem_private_key(key.encode(), None)
    if not isinstance(found, ec.EllipticCurvePrivateKey):
        raise TypeError("a CA's key is an elliptic curve key")
    return found


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _LIFE)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _private(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
