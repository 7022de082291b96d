"""`mcuaudit match`: how a certificate matches a name, by each standard."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from mcuaudit.decode.bundle import decode_bundle
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.name_lists import join_names
from mcuaudit.domain.outcome import Outcome
from mcuaudit.errors import UsageError
from mcuaudit.identity import match

_STANDARDS = ("mcu", "rfc5922", "rfc9525")


def matches(file: str | Path, reference: str, console: Console) -> int:
    """Print how a certificate matches a name by each standard; the exit code: 1 if it fails for the MCU, else 0.

    Raises:
        UsageError: the file holds no certificate that can be read, or the reference is not a name or address.
    """
    certificate = first_certificate(file)
    outcomes = [match(certificate, reference, standard) for standard in _STANDARDS]
    if not console.is_terminal:
        for found in outcomes:
            print(f"{found.standard} {found.outcome} {found.found_in or '-'} {found.reading or '-'} {found.reason}")
    else:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in ("Standard", "Outcome", "Found in", "Reading", "Why"):
            table.add_column(heading)
        for found in outcomes:
            word = "undetermined" if found.outcome is Outcome.OPEN else found.outcome.value
            table.add_row(found.standard, word, found.found_in or "", found.reading or "", found.reason)
        console.print(table)
        _print_names(certificate, console)
    return 1 if outcomes[0].outcome is Outcome.FAIL else 0


def first_certificate(file: str | Path) -> Certificate:
    """The first certificate of a file.

    Raises:
        UsageError: the file cannot be read or holds no certificate.
    """
    try:
        data = Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}.") from error
    bundle = decode_bundle(data, most=1000)
    found = bundle.end_entity
    if found is None:
        reason = "; ".join(f"{problem.where}: {problem.reason}".lstrip(": ") for problem in bundle.problems)
        raise UsageError(f"{file} contains no readable certificate: {reason or 'it is empty'}.")
    return found.certificate


def _print_names(certificate: Certificate, console: Console) -> None:
    names = {
        "URI": join_names(certificate.uris),
        "DNS": join_names(certificate.dns_names),
        "IP": " ".join(str(address) for address in certificate.ip_addresses),
        "CN": join_names(certificate.common_names),
    }
    console.print("\nPresented: " + "; ".join(f"{kind} {text}" for kind, text in names.items() if text), markup=False)
