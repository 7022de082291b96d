"""Ed25519 signatures of manifests, beside them in a file of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from mcuaudit.errors import UsageError
from mcuaudit.system.arguments import path_given
from mcuaudit.system.files import read_named
from mcuaudit.system.permissions import check_owner_alone

_MOST: Final = 2**16
_MAKE: Final = "openssl genpkey -algorithm ed25519 -out KEY"
_PUBLISH: Final = "openssl pkey -in KEY -pubout -out PUBLIC"


class SigningKey:
    """A private key that signs manifests. It has no text form, so that it is in no message, frame or traceback."""

    __slots__ = ("_key",)

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    def __repr__(self) -> str:
        return "SigningKey(…)"

    def sign(self, content: bytes) -> bytes:
        """The signature of these octets."""
        return self._key.sign(content)


def signing_key(file: str | Path | SigningKey) -> SigningKey:
    """The private key in a PEM file, which only its owner may be able to read.

    Raises:
        UsageError: it cannot be read, is not one of Ed25519, is encrypted, or others can read it.
    """
    if isinstance(file, SigningKey):
        return file
    path = path_given(file, "key")
    content = read_named(path, _MOST, "is larger than a key can be.")
    check_owner_alone(path)
    try:
        key = load_pem_private_key(content, None)
    except TypeError as error:
        raise UsageError(f"{path} is encrypted; expected a private key without a password.") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UsageError(f"{path} is not a private key of Ed25519 as PEM; make one: {_MAKE}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{path} is a private key of another algorithm; Ed25519 is expected: {_MAKE}")
    return SigningKey(key)


def public_key(file: str | Path) -> Ed25519PublicKey:
    """The public key in a PEM file.

    Raises:
        UsageError: it cannot be read, or is not one of Ed25519.
    """
    path = path_given(file, "key")
    content = read_named(path, _MOST, "is larger than a key can be.")
    if b"PRIVATE KEY-----" in content:
        raise UsageError(f"{path} is a private key; to verify, give the public one: {_PUBLISH}")
    try:
        key = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UsageError(f"{path} is not a public key of Ed25519; make it from the private key: {_PUBLISH}") from error
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError(f"{path} is a public key of another algorithm; Ed25519 is expected.")
    return key


def is_signature(key: Ed25519PublicKey, signature: bytes, content: bytes) -> bool:
    """Whether the owner of the key signed these octets."""
    try:
        key.verify(signature, content)
    except InvalidSignature:
        return False
    return True
