"""The files that a person is about to upload: their certificates, and the public half of a private key.

Of a private key, the digest of the public half is all that is kept; no error says anything of its content.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_pem_private_key,
    load_pem_public_key,
)

from mcuaudit.decode.certificate_source import certificates_from
from mcuaudit.decode.source import octets_of
from mcuaudit.domain.certificate import Certificate
from mcuaudit.errors import UsageError
from mcuaudit.pkix import self_signed
from mcuaudit.wording.phrases import listed

GivenFile = str | Path | bytes
"""The path of a file, or its octets."""

_PRIVATE: Final = re.compile(rb"-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----.*?(?:-----END \1-----|\Z)", re.DOTALL)
_PUBLIC: Final = re.compile(rb"-----BEGIN PUBLIC KEY-----.*?(?:-----END PUBLIC KEY-----|\Z)", re.DOTALL)
_CERTIFICATE: Final = re.compile(rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----|-----BEGIN PKCS7-----")
_PUBLIC_HALF: Final = "openssl pkey -in KEY -pubout -out public.pem"
_EXPECTED: Final = "expected a certificate in PEM, DER or PKCS#7"


@dataclass(frozen=True, slots=True)
class GivenFiles:
    """What the files have.

    Attributes:
        certificates: in the order of the files, and within each in its order.
        key: SHA-256 of the public key whose private half, or which itself, is in a file; "" without one.
    """

    certificates: tuple[Certificate, ...]
    key: str = ""


@dataclass(frozen=True, slots=True)
class _File:
    place: str
    certificates: tuple[Certificate, ...]
    keys: tuple[str, ...]


def given_files(files: GivenFile | Iterable[GivenFile]) -> GivenFiles:
    """Read the files.

    Raises:
        UsageError: a file cannot be read, there is no certificate, or there are keys that differ.
    """
    single = isinstance(files, str | Path | bytes)
    read = [_read(one) for one in ([files] if single else list(files))]  # type: ignore[arg-type]
    if not read:
        raise UsageError("No file is given; give the certificate, or the trust store, that is to be uploaded.")
    # Files may be given in any order; that of the certificate itself comes first.
    read.sort(key=lambda one: not (one.certificates and not one.certificates[0].is_ca))
    certificates = tuple(certificate for one in read for certificate in one.certificates)
    keys = {key for one in read for key in one.keys}
    if len(keys) > 1:
        raise UsageError(f"{listed([one.place for one in read if one.keys])} have different keys; give the one key.")
    if not certificates:
        raise UsageError(
            f"{listed([one.place for one in read])}: a private or public key, and no certificate; {_EXPECTED}. Nothing "
            "of a key is kept or shown. Give the certificate first; the key may come after it."
        )
    return GivenFiles(certificates, next(iter(keys), ""))


def _read(source: GivenFile) -> _File:
    data, place = octets_of(source, "a new file", is_content=lambda _: False, expected=_EXPECTED)
    keys = [*_keys(_PRIVATE, data, place, _private), *_keys(_PUBLIC, data, place, load_pem_public_key)]
    if not keys and (binary := _binary_key(data)):
        return _File(place, (), (binary,))
    rest = _PUBLIC.sub(_blank, _PRIVATE.sub(_blank, data))
    if keys and not _CERTIFICATE.search(rest) and b"-----BEGIN" not in rest:
        return _File(place, (), tuple(keys))
    try:
        return _File(place, tuple(certificates_from(rest, "a new file")), tuple(keys))
    except UsageError as error:
        said = str(error).removeprefix("the bytes given as a new file")
        raise UsageError(f"{place}{said}") from None


def _blank(block: re.Match[bytes]) -> bytes:
    """As many lines without anything, so that an error about the rest names the right line."""
    return b"\n" * block[0].count(b"\n")


def _keys(block: re.Pattern[bytes], data: bytes, place: str, load: Callable[[bytes], Any]) -> list[str]:
    found = []
    for match in block.finditer(data):
        try:
            found.append(_digest(load(match[0])))
        except TypeError:
            raise UsageError(
                f"{place}: the private key is encrypted, and no passphrase is asked for. Give its public half in its "
                f"place: {_PUBLIC_HALF}."
            ) from None
        except (ValueError, UnsupportedAlgorithm):
            # What the library says may quote the content.
            raise UsageError(
                f"{place}: the key cannot be read. Give its public half in its place: {_PUBLIC_HALF}."
            ) from None
    return found


def _private(block: bytes) -> Any:
    return load_pem_private_key(block, None).public_key()


def _binary_key(data: bytes) -> str:
    """The digest of the public half of a private key in DER; "" for anything else."""
    if data[:1] != b"\x30":
        return ""
    try:
        return _digest(load_der_private_key(data, None).public_key())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return ""


def _digest(key: Any) -> str:
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def check_presented(certificates: tuple[Certificate, ...]) -> None:
    """Refuse certificates that are not one end entity certificate with its chain after it.

    Raises:
        UsageError: there are several, none, or one that does not come first.
    """
    own = list({one.sha256: one for one in certificates if not one.is_ca}.values())
    names = [f"{one.subject_text} (until {one.not_after:%Y-%m-%d})" for one in own]
    if len(own) > 1:
        raise UsageError(
            f"The files have {len(own)} end entity certificates: {listed(names, 6)}. A device presents one: give that "
            "one, and the CA certificates that are presented with it."
        )
    first = certificates[0]
    if own and first.is_ca:
        raise UsageError(
            f"The file begins with the CA certificate {first.subject_text}; the certificate itself, {names[0]}, must "
            "come first, and its chain after it. Sort the file."
        )
    if not own and (len(certificates) > 1 or not self_signed(first)):
        raise UsageError(
            f"{listed([one.subject_text for one in certificates], 6)}: only CA certificates, where the certificate of "
            "a device or peer is expected. For a trust store, give --store sip or --store https."
        )


def check_store(certificates: tuple[Certificate, ...]) -> None:
    """Refuse a trust store in which there is no CA certificate.

    Raises:
        UsageError: there is none.
    """
    if not any(one.may_be_ca for one in certificates):
        raise UsageError(
            f"{listed([one.subject_text for one in certificates], 6)}: no CA certificate, where a trust store is "
            "expected. For the certificate of the device itself, leave --store out."
        )
