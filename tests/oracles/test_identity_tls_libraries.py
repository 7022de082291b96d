"""The rule of HTTPS clients (RFC 9525) against two implementations that others wrote: OpenSSL and service-identity.

Pass must be their yes, fail and open their no: an open name is one that TLS libraries refuse and the RFC does not
forbid. A difference is either of a kind that is listed here with its reason, or the test fails.
"""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import pytest
from cryptography import x509
from OpenSSL import crypto
from OpenSSL._util import ffi, lib
from service_identity import VerificationError
from service_identity.exceptions import CertificateError
from service_identity.hazmat import (
    DNS_ID,
    DNSPattern,
    IPAddress_ID,
    IPAddressPattern,
    ServiceID,
    verify_service_identity,
)

from mcuaudit.domain.name_lists import escape_name
from mcuaudit.domain.outcome import Outcome
from mcuaudit.identity import match, parse_reference
from tests.identity.cases import read_table
from tests.identity.certificates import issue
from tests.oracles.test_identity_literal import ADDRESSES, HOSTS, presented_texts, uris

GENERATED = 3_000
WITHIN_VALIDITY = 1_600_000_000
"""A time at which the certificates of the tests are valid, so that no clock is asked."""


@dataclass(frozen=True)
class Question:
    """A certificate, and the host that is expected: a name, or the text of an address."""

    certificate: bytes
    reference: str

    @property
    def host(self) -> str:
        """The host as it is handed to a library."""
        found = parse_reference(self.reference)
        return found.host + "." * found.absolute

    @property
    def address(self) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
        return parse_reference(self.reference).address

    @property
    def entries(self) -> list[x509.DNSName | x509.IPAddress]:
        """The entries of the subjectAltName that RFC 9525 reads for HTTPS."""
        extensions = x509.load_der_x509_certificate(self.certificate).extensions
        try:
            names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except x509.ExtensionNotFound:
            return []
        return [name for name in names if isinstance(name, x509.DNSName | x509.IPAddress)]

    @property
    def dns_names(self) -> list[str]:
        return [entry.value for entry in self.entries if isinstance(entry, x509.DNSName)]


def questions() -> list[Question]:
    """The table of identities, and generated names."""
    found = [Question(issue(case.names), case.reference) for case in read_table()]
    chosen = Random("names for TLS libraries")
    for _ in range(GENERATED):
        wanted = chosen.choice((*HOSTS, *ADDRESSES))
        words = [
            f"dns:{escape_name(chosen.choice(presented_texts(wanted)))}" for _ in range(chosen.choice((0, 1, 1, 2)))
        ]
        words += [f"ip:{chosen.choice((wanted, *ADDRESSES))}"] * (wanted in ADDRESSES and chosen.random() < 0.7)
        words += [f"uri:{escape_name(chosen.choice(uris(wanted)))}"] * (chosen.random() < 0.3)
        words += [f"cn:{wanted}"] * (chosen.random() < 0.5)
        found.append(Question(issue(" ".join(words)), wanted + "." * (wanted in HOSTS and chosen.random() < 0.2)))
    return found


def openssl_accepts(question: Question) -> bool | None:
    """X509_check_host or X509_check_ip, as OpenSSL calls them while it verifies a certificate.

    The CN is never to be read, and a wildcard is to be a complete label, which OpenSSL does not demand by itself.
    None where OpenSSL cannot be asked: from 4.0 on it takes no host with a trailing dot or of one letter.
    """
    parameters = ffi.gc(lib.X509_VERIFY_PARAM_new(), lib.X509_VERIFY_PARAM_free)
    lib.X509_VERIFY_PARAM_set_time(parameters, WITHIN_VALIDITY)
    lib.X509_VERIFY_PARAM_set_hostflags(
        parameters, lib.X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | lib.X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS
    )
    if question.address is not None:
        packed = question.address.packed
        assert lib.X509_VERIFY_PARAM_set1_ip(parameters, packed, len(packed)) == 1
    else:
        host = question.host.encode()
        if host.endswith(b".") or len(host) == 1:
            return None
        assert lib.X509_VERIFY_PARAM_set1_host(parameters, host, len(host)) == 1
    certificate = crypto.X509.from_cryptography(x509.load_der_x509_certificate(question.certificate))
    store = crypto.X509Store()
    store.add_cert(certificate)
    assert lib.X509_STORE_set1_param(store._store, parameters) == 1
    return _reason_of_refusal(store, certificate) == ""


def _reason_of_refusal(store: crypto.X509Store, certificate: crypto.X509) -> str:
    try:
        crypto.X509StoreContext(store, certificate).verify_certificate()
    except crypto.X509StoreContextError as error:
        reason = str(error)
        if reason in ("hostname mismatch", "IP address mismatch"):
            return reason
        # Any other reason than the name would make the comparison worthless.
        raise
    return ""


def service_identity_accepts(question: Question) -> bool:
    """DNS_ID or IPAddress_ID of service-identity.

    It is given one entry at a time: of the certificate as a whole it refuses all names for one that it cannot read.
    """
    wanted = IPAddress_ID(str(question.address)) if question.address is not None else DNS_ID(question.host)
    return any(_service_identity_accepts(entry, wanted) for entry in question.entries)


def _service_identity_accepts(entry: x509.GeneralName, wanted: ServiceID) -> bool:
    try:
        pattern = (
            DNSPattern.from_bytes(entry.value.encode())
            if isinstance(entry, x509.DNSName)
            else IPAddressPattern.from_bytes(entry.value.packed)
        )
        verify_service_identity([pattern], [wanted], [])
    except (VerificationError, CertificateError):
        return False
    return True


def _is_wildcard(name: str) -> bool:
    return name.startswith("*.")


def underscore_beside_wildcard(question: Question, accepted: bool) -> bool:
    """A28 is open: OpenSSL takes a wildcard for letters, digits and hyphens only, service-identity for all."""
    return accepted and "_" in question.host and any(map(_is_wildcard, question.dns_names))


def a_label_beside_wildcard(question: Question, accepted: bool) -> bool:
    """service-identity takes no wildcard for an A-label; RFC 9525 forbids it only within one."""
    return not accepted and question.host.startswith("xn--") and any(map(_is_wildcard, question.dns_names))


def spaces_are_stripped(question: Question, accepted: bool) -> bool:
    """service-identity drops spaces around a name of the certificate; names are to be compared as they stand."""
    return accepted and any(name != name.strip() for name in question.dns_names)


Explanation = Callable[[Question, bool], bool]


def compare(accepts: Callable[[Question], bool | None], explanations: tuple[Explanation, ...]) -> Counter[str]:
    """Ask both about every question; what differs without an explanation is raised."""
    counted: Counter[str] = Counter()
    for question in questions():
        found = match(question.certificate, question.reference, "rfc9525")
        accepted = accepts(question)
        if accepted is None:
            counted["not asked"] += 1
            continue
        if accepted == (found.outcome is Outcome.PASS):
            counted["agreed: yes" if accepted else "agreed: no"] += 1
            continue
        reasons = [explanation.__name__ for explanation in explanations if explanation(question, accepted)]
        assert reasons, (found, accepted, question.dns_names)
        counted[reasons[0]] += 1
    return counted


@pytest.mark.parametrize(
    ("accepts", "explanations"),
    [
        (openssl_accepts, ()),
        (service_identity_accepts, (underscore_beside_wildcard, a_label_beside_wildcard, spaces_are_stripped)),
    ],
    ids=["OpenSSL", "service-identity"],
)
def test_rfc9525_as_libraries_have_it(
    accepts: Callable[[Question], bool | None],
    explanations: tuple[Explanation, ...],
    score: Callable[[str], None],
) -> None:
    counted = compare(accepts, explanations)
    listed = ", ".join(f"{number} {word.replace('_', ' ')}" for word, number in sorted(counted.items()))
    title = accepts.__name__.replace("_", " ")
    score(f"identities, {title}: {counted.total()} questions ({listed}), unexplained 0")
    assert counted.total() - counted["not asked"] > GENERATED * 0.8
    assert counted["agreed: yes"] > 300
    # An explanation that explains nothing is to be taken out.
    assert all(counted[explanation.__name__] for explanation in explanations)
