"""Trust (sections 3, 4, 7): a certification path by OpenSSL, and the readings A11, A12, A14, A18, A19, A21, A25."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.x509 import BasicConstraints, Certificate, ExtensionNotFound
from OpenSSL.crypto import X509, X509Store, X509StoreContext, X509StoreContextError, X509StoreFlags

from tests.oracles.law.algorithms import all_supported
from tests.oracles.law.description import Presented, Store
from tests.oracles.law.names import names_of
from tests.oracles.law.steps import PASSED, Step, damaged, fail, missing, opened

CODES = {2: "root_missing", 7: "signature", 9: "not_yet_valid", 10: "expired", 18: "self_signed",
         19: "root_not_trusted", 20: "no_issuer", 24: "not_a_ca", 25: "path_length",
         47: "name_not_permitted", 79: "not_a_ca"}  # fmt: skip

NO_EXPLICIT_POLICY, NOT_PERMITTED = 43, 47


@dataclass(frozen=True)
class Judge:
    """Who verifies: `kind` of the table of judges (mcu, openssl, unrecorded), and the standard for names."""

    kind: str
    standard: str = "mcu"


@lru_cache(maxsize=200_000)
def openssl(leaf: Certificate, sent: frozenset[Certificate], anchors: frozenset[Certificate], at: datetime,
            flags: int = 0) -> tuple[int, tuple[Certificate, ...]]:  # fmt: skip
    """OpenSSL's error number and the certificate that has the defect; or 0 and the path."""
    store = X509Store()
    for one in sorted(anchors, key=lambda one: one.serial_number):
        store.add_cert(X509.from_cryptography(one))
    store.set_time(at)
    if flags:
        store.set_flags(flags)
    ordered = [X509.from_cryptography(one) for one in sorted(sent, key=lambda one: one.serial_number)]
    context = X509StoreContext(store, X509.from_cryptography(leaf), ordered)
    try:
        return 0, tuple(one.to_cryptography() for one in context.get_verified_chain())
    except X509StoreContextError as error:
        of_path = error.errors[0] == NO_EXPLICIT_POLICY
        return error.errors[0], () if of_path else (error.certificate.to_cryptography(),)


def trust(shown: Presented | None, store: Store | None, judge: Judge, elsewhere: Iterable[Certificate], at: datetime,
          complete: bool | None) -> Step:  # fmt: skip
    """Whether the judge trusts what is shown, with that store."""
    if store is not None and not store.members and not store.damaged:
        return fail("empty_store", "trust_store")
    if shown is None or store is None:
        return _out_of_date(shown.leaf, at) or missing() if shown else missing()
    if not store.members:
        unknown = opened("store_damaged", "damaged_evidence") if judge.kind == "mcu" else damaged()
        return _out_of_date(shown.leaf, at) or unknown
    found = _trust(shown, frozenset(store.members), judge, frozenset(elsewhere), at, complete)
    if store.damaged and found.outcome == "fail":
        lost = found.code in ("no_issuer", "root_missing", "root_not_trusted", "intermediate_not_in_store")
        kind = "missing_authority" if lost else found.kind
        return _out_of_date(shown.leaf, at) or opened("store_damaged", kind)
    accepted = found.outcome == "pass" or found.code == "undocumented_algorithm"
    if store.damaged and accepted and shown.leaf.subject != shown.leaf.issuer:
        # A19: what cannot be read may be a CA on another path, which the judge may try first.
        return opened("perhaps_another_path", "damaged_evidence", "A19")
    return found


def _out_of_date(leaf: Certificate, at: datetime) -> Step | None:
    """What fails with every store (section 7: what holds under every value of what is not told)."""
    if at < leaf.not_valid_before_utc:
        return fail("not_yet_valid", "certificate")
    return fail("expired", "certificate") if at > leaf.not_valid_after_utc else None


@lru_cache(maxsize=100_000)
def _trust(shown: Presented, anchors: frozenset[Certificate], judge: Judge, elsewhere: frozenset[Certificate],
           at: datetime, complete: bool | None) -> Step:  # fmt: skip
    leaf, sent = shown.leaf, frozenset(shown.chain)
    if judge.standard == "vcs":
        number, path = openssl(leaf, frozenset(), anchors, at, X509StoreFlags.PARTIAL_CHAIN)
        if number == 0 and openssl(leaf, frozenset(), anchors, at)[0] in (2, 20):
            return _partial(path)
        led = openssl(leaf, sent | elsewhere, anchors, at)[0] == 0
        missing_one = _not_in_store(leaf, anchors, sent | elsewhere if led else sent)
        if missing_one is not None:
            # Nothing is presented in vain if nothing is presented.
            return missing_one if sent else fail("no_issuer", "missing_authority")
    number, path = openssl(leaf, sent, anchors, at)
    if number == 0:
        return _with_readings(path, shown, anchors, judge, at)
    if number in (2, 19, 20):
        partial, through = openssl(leaf, sent | anchors, anchors, at, X509StoreFlags.PARTIAL_CHAIN)
        if partial == 0:
            return _partial(through)
        if judge.kind == "unrecorded" and _partial_without_limits(leaf, sent, anchors, at):
            return opened("root_missing", "trust_store", "A12", "A25")
        more, longer = openssl(leaf, sent | elsewhere, anchors, at)
        if more == 0:
            if complete:
                return fail("no_issuer", "missing_authority")
            policy = [] if _good_policies(longer, at) else ["A21"]
            return opened("intermediate_not_presented", "certificate", "A11", *policy)
    if number == NOT_PERMITTED and not names_of(leaf).dns:
        return opened("common_name_not_permitted", "certificate", "A23")
    if judge.kind == "unrecorded" and _good_without_limits(leaf, sent, anchors, at):
        return opened("anchor_limits", "trust_store", "A25")
    if _another_path_passes(leaf, sent, anchors, at):
        return opened("another_path_is_bad", "trust_store", "A19")
    if judge.kind == "unrecorded":
        number, path = _without_limits(leaf, sent, anchors, at) or (number, path)
    code = CODES.get(number, str(number))
    if code == "no_issuer":
        return fail(code, "missing_authority")
    of_store = code in ("root_missing", "root_not_trusted") or (path[0] in anchors and path[0] != leaf)
    return fail(code, "trust_store" if of_store else "certificate")


def _not_in_store(leaf: Certificate, anchors: frozenset[Certificate], known: frozenset[Certificate]) -> Step | None:
    """Standard vcs: every intermediate must be in the store."""
    last = leaf
    while last.subject != last.issuer:
        above = [one for one in anchors if issued(one, last)]
        if not above:
            named = any(issued(one, last) and one.subject != one.issuer for one in known)
            return fail("intermediate_not_in_store", "missing_authority") if named else None
        last = above[0]
    return None


def _partial(path: tuple[Certificate, ...]) -> Step:
    """A12 and A14: the path ends at a member of the store that is not self-signed."""
    if not is_ca(path[-1]):
        return opened("anchor_not_a_ca", "certificate", "A14")
    return opened("root_missing", "trust_store", "A12")


def _with_readings(path: tuple[Certificate, ...], shown: Presented, anchors: frozenset[Certificate], judge: Judge,
                   at: datetime) -> Step:  # fmt: skip
    """OpenSSL accepts the path; what would a reading say against it?"""
    if not is_ca(path[-1]):
        return opened("anchor_not_a_ca", "certificate", "A14")
    candidates = paths(shown.leaf, frozenset(shown.chain), anchors)
    if not _good_policies(path, at):
        of_store = any(one in anchors for one in path[1:-1])
        return opened("certificate_policies", "trust_store" if of_store else "certificate", "A21")
    if any(not _holds(one, at) for one in candidates):
        return opened("another_path_is_bad", "trust_store", "A19")
    if judge.kind == "mcu" and not all(all_supported(one) for one in candidates):
        return opened("undocumented_algorithm", "certificate", "A18")
    return PASSED


def _good_policies(path: tuple[Certificate, ...], at: datetime) -> bool:
    """A21: the path with its policies evaluated."""
    return openssl(path[0], frozenset(path[1:-1]), frozenset(path[-1:]), at, X509StoreFlags.POLICY_CHECK)[0] == 0


def _holds(path: tuple[Certificate, ...], at: datetime) -> bool:
    return openssl(path[0], frozenset(path[1:-1]), frozenset(path[-1:]), at)[0] == 0


def _another_path_passes(leaf: Certificate, sent: frozenset[Certificate], anchors: frozenset[Certificate],
                         at: datetime) -> bool:  # fmt: skip
    return any(_holds(one, at) for one in paths(leaf, sent, anchors))


def _good_without_limits(leaf: Certificate, sent: frozenset[Certificate], anchors: frozenset[Certificate],
                         at: datetime) -> bool:  # fmt: skip
    """A25: a path whose anchor only gives its name and key (RFC 5280, 6.1)."""
    return any(
        len(path) > 1 and is_ca(path[-1])
        and openssl(leaf, frozenset(path[1:-1]), frozenset({path[-2]}), at, X509StoreFlags.PARTIAL_CHAIN)[0] == 0
        for path in paths(leaf, sent, anchors)
    )  # fmt: skip


def _partial_without_limits(leaf: Certificate, sent: frozenset[Certificate], anchors: frozenset[Certificate],
                            at: datetime) -> bool:  # fmt: skip
    """A12 and A25: an intermediate as anchor gives its name and key alone."""
    below = [one for one in {leaf, *sent} if any(is_ca(anchor) and issued(anchor, one) for anchor in anchors)]
    under = {one: frozenset(ca for ca in sent if not issued(ca, one)) for one in below}
    return any(openssl(leaf, under[one], frozenset({one}), at, X509StoreFlags.PARTIAL_CHAIN)[0] == 0 for one in below)


def _without_limits(leaf: Certificate, sent: frozenset[Certificate], anchors: frozenset[Certificate],
                    at: datetime) -> tuple[int, tuple[Certificate, ...]] | None:  # fmt: skip
    """The defect that is left when the anchor's own limits do not count; of several paths, on the one OpenSSL takes."""
    found = [path for path in paths(leaf, sent, anchors) if len(path) > 1]
    below, between = frozenset(path[-2] for path in found), frozenset(one for path in found for one in path[1:-1])
    return openssl(leaf, between, below, at, X509StoreFlags.PARTIAL_CHAIN) if found else None


@lru_cache(maxsize=100_000)
def paths(leaf: Certificate, sent: frozenset[Certificate],
          anchors: frozenset[Certificate]) -> tuple[tuple[Certificate, ...], ...]:  # fmt: skip
    """Every path from the leaf to a self-signed member of the store."""
    found: list[tuple[Certificate, ...]] = []

    def climb(path: tuple[Certificate, ...]) -> None:
        last = path[-1]
        if last.subject == last.issuer:
            if last in anchors:
                found.append(path)
            return
        for one in sent | anchors:
            if one not in path and issued(one, last):
                climb((*path, one))

    climb((leaf,))
    return tuple(found)


@lru_cache(maxsize=100_000)
def issued(issuer: Certificate, certificate: Certificate) -> bool:
    """By name and signature."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


@lru_cache(maxsize=10_000)
def is_ca(certificate: Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(BasicConstraints).value.ca
    except ExtensionNotFound:
        return False


def best_path(shown: Presented, store: Store, elsewhere: Iterable[Certificate],
              at: datetime) -> tuple[Certificate, ...]:  # fmt: skip
    """The path whose purposes count: the good one, else one that a reading or a defect leaves."""
    sent, anchors, more = frozenset(shown.chain), frozenset(store.members), frozenset(elsewhere)
    for number, path in (
        openssl(shown.leaf, sent, anchors, at),
        openssl(shown.leaf, sent | anchors, anchors, at, X509StoreFlags.PARTIAL_CHAIN),
        openssl(shown.leaf, sent | more, anchors, at),
    ):
        if number == 0:
            return path
    candidates = paths(shown.leaf, sent, anchors) or paths(shown.leaf, sent | more, anchors)
    return candidates[0] if candidates else (shown.leaf,)
