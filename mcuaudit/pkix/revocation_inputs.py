"""Revocation lists, in whatever form a caller has them, and how they are used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from mcuaudit.decode.armour import is_armoured
from mcuaudit.decode.bundle import decode_bundle
from mcuaudit.decode.revocation_list import decode_list_once
from mcuaudit.decode.source import octets_of
from mcuaudit.domain.revocation_list import RevocationList
from mcuaudit.errors import Undecodable, UsageError, not_allowed
from mcuaudit.pkix.revocation_status import REVOCATION_USES

RevocationSource = x509.CertificateRevocationList | bytes | str | Path
"""A list of the package cryptography, PEM or DER as bytes, PEM as text, or a path to a file."""

RevocationSources = RevocationSource | Iterable[RevocationSource]
"""One source, which may hold several lists, or several sources."""

_MOST: Final = 100_000
_EXPECTED: Final = "expected a certificate revocation list (CRL) in PEM or DER"


def checked_use(use: str) -> None:
    """Check what a caller gives as `revocation`.

    Raises:
        UsageError: it is another word.
    """
    if use not in REVOCATION_USES:
        raise UsageError(not_allowed("revocation", use, REVOCATION_USES))


def revocation_lists_from(sources: RevocationSources, argument: str = "crls") -> list[RevocationList]:
    """All lists in `sources`, in order; `argument` is what errors call them.

    Raises:
        UsageError: a path cannot be read, or one of the sources holds no list, or one that cannot be read.
    """
    if isinstance(sources, x509.CertificateRevocationList | bytes | str | Path):
        return list(_all_of(sources, argument))
    if not isinstance(sources, Iterable):
        raise _wrong_type(sources, argument)
    return [found for source in sources for found in _all_of(source, argument)]


def _all_of(source: object, argument: str) -> Iterator[RevocationList]:
    if isinstance(source, RevocationList):
        yield source
        return
    data, place = _content(source, argument)
    bundle = decode_bundle(data, _MOST)
    for problem in bundle.problems:
        if problem.kind == "unreadable":
            raise UsageError(f"{place}{f', {problem.where}' if problem.where else ''}: {problem.reason}; {_EXPECTED}.")
    if not bundle.revocation_lists:
        raise UsageError(f"{place}: there is no CRL in it; {_EXPECTED}.")
    for der in bundle.revocation_lists:
        try:
            yield decode_list_once(der)
        except Undecodable as error:
            raise UsageError(f"{place}: {error.reason}; {_EXPECTED}.") from error


def _content(source: object, argument: str) -> tuple[bytes, str]:
    """The octets of a source, and what errors call it."""
    if isinstance(source, x509.CertificateRevocationList):
        return source.public_bytes(Encoding.DER), f"the CRL given as {argument}"
    if not isinstance(source, bytes | str | Path):
        raise _wrong_type(source, argument)
    return octets_of(source, argument, is_content=is_armoured, expected=_EXPECTED)


def _wrong_type(given: object, argument: str) -> UsageError:
    return UsageError(
        f"{argument} is of the type {type(given).__name__}; expected a path, PEM or DER as bytes, PEM as text, or a "
        "CRL of the package cryptography."
    )
