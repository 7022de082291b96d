"""A certificate, in whatever form a caller has it, becomes a record."""

from __future__ import annotations

import re
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from mcuaudit.decode.bundle import decode_bundle, decode_once
from mcuaudit.decode.records import Problem
from mcuaudit.domain.certificate import Certificate
from mcuaudit.errors import Undecodable, UsageError

CertificateSource = Certificate | x509.Certificate | bytes | str | Path


def certificate_from(source: CertificateSource) -> Certificate:
    """The certificate in `source`: a record, a cryptography certificate, PEM or DER bytes, or a path.

    Of PEM or PKCS#7 with several the first is taken, for a presenter's own certificate stands first. A text is a
    path unless it holds a PEM block.

    Raises:
        UsageError: the path cannot be read.
        Undecodable: there is no certificate that can be read.
    """
    match source:
        case Certificate():
            return source
        case x509.Certificate():
            return decode_once(source.public_bytes(Encoding.DER))
        case bytes():
            return _first(source, "the bytes given")
        case str() if "-----BEGIN" in source:
            return _first(source.encode(), "the text given")
        case _:
            path = Path(source)
            try:
                data = path.read_bytes()
            except (OSError, ValueError) as error:
                raise UsageError(f"{path} cannot be read: {_why(error)}") from error
            return _first(data, str(path))


def _first(data: bytes, where: str) -> Certificate:
    bundle = decode_bundle(data, most=1)
    first = bundle.certificates[0] if bundle.certificates else None
    unreadable = [problem for problem in bundle.problems if problem.kind == "unreadable"]
    # A certificate that comes after one that cannot be read is not the first; it may be an authority's.
    if first is None or any(_line(problem) < (first.line or 0) for problem in unreadable):
        raise Undecodable(unreadable[0].reason if unreadable else "there is no certificate", where)
    return first.certificate


def _line(problem: Problem) -> int:
    found = re.search(r"line (\d+)", problem.where)
    return int(found[1]) if found else 0


def _why(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)
