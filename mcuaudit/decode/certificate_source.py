"""Certificates, in whatever form a caller has them, become records."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from mcuaudit.decode.armour import is_armoured
from mcuaudit.decode.bundle import decode_bundle, decode_once
from mcuaudit.decode.records import Problem
from mcuaudit.decode.source import octets_of
from mcuaudit.decode.unarmoured import unarmoured
from mcuaudit.domain.certificate import Certificate
from mcuaudit.errors import Undecodable, UsageError

CertificateSource = Certificate | x509.Certificate | bytes | str | Path
"""A record, a certificate of the package cryptography, PEM, DER or PKCS#7 as bytes, PEM as text, or a path to a file.

A text is a path unless it holds a PEM block, or is base64.
"""

CertificateSources = CertificateSource | Iterable[CertificateSource]
"""One source, which may hold several certificates, or several sources."""

_MOST: Final = 100_000
_EXPECTED: Final = "expected a certificate in PEM, DER or PKCS#7"
_EXPECTED_FILE: Final = (
    "expected a file with a certificate in PEM, DER or PKCS#7. A certificate in PEM can also be given as text, any as "
    "bytes"
)


def certificate_from(source: CertificateSource, argument: str = "certificate") -> Certificate:
    """The certificate in `source`; `argument` is what errors call it.

    Of PEM or PKCS#7 with several the first is taken, for a presenter's own certificate stands first.

    Raises:
        UsageError: the path cannot be read, or there is no certificate that can be.
    """
    record = _record(source, argument)
    if record is not None:
        return record
    data, place = _content(source, argument)
    bundle = decode_bundle(data, _MOST)
    # A certificate that comes after one that cannot be read is not the first; it may be an authority's.
    first = bundle.end_entity
    if first is None:
        unreadable = [problem for problem in bundle.problems if problem.kind == "unreadable"]
        raise _refused(place, unreadable[0] if unreadable and data.strip() else None)
    return first.certificate


def certificates_from(sources: CertificateSources, argument: str = "certificates") -> list[Certificate]:
    """All certificates in `sources`, in order; `argument` is what errors call them.

    Raises:
        UsageError: a path cannot be read, or one of the sources holds no certificate, or one that cannot be read.
    """
    single = isinstance(sources, Certificate | x509.Certificate | bytes | str | Path)
    if not single and not isinstance(sources, Iterable):
        raise _wrong_type(sources, argument)
    found: list[Certificate] = []
    for source in (sources,) if single else sources:  # type: ignore[union-attr]  # mypy does not see `single` through
        found.extend(_all_of(source, argument))  # type: ignore[arg-type]
    return found


def _all_of(source: CertificateSource, argument: str) -> list[Certificate]:
    record = _record(source, argument)
    if record is not None:
        return [record]
    data, place = _content(source, argument)
    bundle = decode_bundle(data, _MOST)
    for problem in bundle.problems:
        if problem.kind == "unrecognised" or (problem.kind == "unreadable" and bundle.damaged):
            raise _refused(place, problem if data.strip() else None)
    if not bundle.certificates:
        raise _refused(place, None)
    return [found.certificate for found in bundle.certificates]


def _record(source: CertificateSource, argument: str) -> Certificate | None:
    """The record of a certificate that is one already; None for bytes, text and paths."""
    if isinstance(source, Certificate):
        return source
    if not isinstance(source, x509.Certificate):
        return None
    try:
        return decode_once(source.public_bytes(Encoding.DER))
    except Undecodable as error:
        raise UsageError(f"the certificate given as {argument}: {error.reason}; {_EXPECTED}.") from error


def _content(source: CertificateSource, argument: str) -> tuple[bytes, str]:
    """The octets of a source, and what errors call it."""
    if not isinstance(source, bytes | str | Path):
        raise _wrong_type(source, argument)
    return octets_of(source, argument, is_content=_is_text, expected=_EXPECTED_FILE)


def _is_text(source: str) -> bool:
    """Whether it is a text with a certificate, not the name of a file."""
    return is_armoured(source) or any(True for _ in unarmoured(source))


def _refused(place: str, problem: Problem | None) -> UsageError:
    if problem is None:
        return UsageError(f"{place}: there is no certificate in it; {_EXPECTED}. Export it again.")
    where = f"{place}, {problem.where}" if problem.where else place
    return UsageError(f"{where}: {problem.reason}; {_EXPECTED}.")


def _wrong_type(given: object, argument: str) -> UsageError:
    return UsageError(
        f"{argument} is given as {type(given).__name__}; expected a path, PEM, DER or PKCS#7 as bytes, PEM as text, "
        "mcuaudit.Certificate or a certificate of the package cryptography."
    )
