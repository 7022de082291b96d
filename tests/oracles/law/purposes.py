"""Purposes (section 4, A13, A22): the extendedKeyUsage of the end entity and of the CAs above it."""

from __future__ import annotations

from cryptography.x509 import Certificate, ExtendedKeyUsage, ExtensionNotFound

from tests.oracles.law.authorities import PURPOSES
from tests.oracles.law.steps import PASSED, Step, fail, opened
from tests.oracles.law.trust import Judge

_TLS = ("serverAuth", "clientAuth")


def purposes_of(certificate: Certificate) -> frozenset[str] | None:
    """The names of its purposes; None without the extension."""
    try:
        found = certificate.extensions.get_extension_for_class(ExtendedKeyUsage).value
    except ExtensionNotFound:
        return None
    return frozenset(name for name, oid in PURPOSES.items() if oid in list(found))


def purpose(path: tuple[Certificate, ...], needed: str, judge: Judge) -> Step:
    """Whether the certificates of the path allow the role."""
    steps = [_of_leaf(path[0], needed, judge), *(_of_ca(one, needed, judge) for one in path[1:])]
    for outcome in ("fail", "open"):
        for step in steps:
            if step.outcome == outcome:
                readings = [reading for one in steps if one.outcome == outcome for reading in one.readings]
                return Step(outcome, step.code, tuple(readings), step.kind)
    return PASSED


def _of_leaf(leaf: Certificate, needed: str, judge: Judge) -> Step:
    found = purposes_of(leaf)
    if judge.standard in ("rfc5922", "rfc5924"):
        sip = _for_sip(found, needed, judge)
        if judge.kind != "openssl" or sip.outcome == "fail":
            return sip
        return _lacking(judge) if found is not None and needed not in found else sip
    if found is None or needed in found:
        return PASSED
    return _any_instead(judge) if "any" in found else _lacking(judge)


def _of_ca(ca: Certificate, needed: str, judge: Judge) -> Step:
    found = purposes_of(ca)
    return PASSED if found is None or needed in found else _any_instead(judge)


def _lacking(judge: Judge) -> Step:
    if judge.kind == "mcu":
        return opened("purpose_lacking", "certificate", "A13")
    return fail("purpose_lacking", "certificate")


def _any_instead(judge: Judge) -> Step:
    """The table of judges: A13, fail, or A22."""
    return opened("purpose_lacking", "certificate", "A22") if judge.kind == "unrecorded" else _lacking(judge)


def _for_sip(found: frozenset[str] | None, needed: str, judge: Judge) -> Step:
    """RFC 5924, as the law takes it: strictly for `rfc5924`."""
    undecided = opened("sip_purpose", "certificate", "RFC5924")
    if judge.standard == "rfc5922":
        if found is None or needed in found:
            return PASSED
        return undecided if found & {"sipDomain", "any"} else fail("sip_purpose", "certificate")
    if found is None:
        return undecided
    if "sipDomain" in found:
        return PASSED if needed in found else undecided
    return undecided if "any" in found else fail("sip_purpose", "certificate")
