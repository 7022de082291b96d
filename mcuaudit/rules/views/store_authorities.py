"""The view of what the certificates of a trust store are to one another: roots, intermediates, older and newer ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from mcuaudit.domain.certificate import Certificate
from mcuaudit.pkix.checks import may_have_issued, self_signed
from mcuaudit.pkix.names import canonical_name
from mcuaudit.pkix.signatures import SignatureCheck, SignatureMemo
from mcuaudit.pkix.stores import by_subject
from mcuaudit.rules.views.base import Views, of_view, view
from mcuaudit.rules.views.columns import text, time, yes_no
from mcuaudit.rules.views.scope import Scope
from mcuaudit.rules.views.stores import store_members
from mcuaudit.rules.views.table import Table


@view(
    "certificate in a trust store file",
    of_view(store_members),
    yes_no("rootless", "A CA certificate from which no path leads to a root of the store, the uppermost of several."),
    text("newer", "SHA-256 of the certificate of the same name and key that replaces it; missing if none does."),
    time("newer_not_after", "Last instant of validity of that certificate."),
    text("newer_issuer", "Issuer of that certificate, in the form of RFC 4514."),
    scope=Scope.STORE_FILE,
)
def store_authorities(views: Views) -> Table:
    """One row per certificate in a trust store file, with its standing among the others.

    `rootless` is yes for a CA certificate from which no path leads to a root of the store, the uppermost ones alone.
    `newer` is the certificate of the same name and key in the store that replaces it; missing for the newest.
    """
    found = views.table("store_members")
    certificates, signatures = views.fleet.certificate_records, SignatureMemo()
    stores: dict[str, set[str]] = {}
    for store, member in found.each("trust_store", "certificate"):
        if store is not None:
            stores.setdefault(store, set()).add(member)
    rootless: dict[str, frozenset[str]] = {}
    newer: dict[str, dict[str, str]] = {}
    for store, members in stores.items():
        records = [certificates[member] for member in sorted(members)]
        rootless[store], newer[store] = rootless_authorities(records, signatures), newer_twins(records)
    standings = [
        (None, None) if store is None else ("yes" if member in rootless[store] else "no", newer[store].get(member))
        for store, member in found.each("trust_store", "certificate")
    ]
    known = views.source("certificates").only("certificate", "not_after", "issuer")
    known = known.renamed(newer="certificate", newer_not_after="not_after", newer_issuer="issuer")
    found = found.adding(rootless=[one for one, _ in standings], newer=[other for _, other in standings])
    return found.looked_up(known, ["newer"])


def rootless_authorities(members: Sequence[Certificate], signatures: SignatureMemo) -> frozenset[str]:
    """SHA-256 of the CA certificates among `members` from which no path leads up to a self-signed member.

    Of several below one another only the uppermost counts. One whose name and key a root of the store has as well is
    not among them: a path goes through that root.
    """
    issued = _issued(members, signatures)
    rooted = _below({member.sha256 for member in members if self_signed(member)}, issued)
    keys = {_name_and_key(member) for member in members if member.sha256 in rooted}
    rooted |= {member.sha256 for member in members if _name_and_key(member) in keys}
    rooted = _below(rooted, issued)
    left = [member for member in members if member.is_ca and member.sha256 not in rooted]
    below = frozenset[str]().union(*(issued[member.sha256] for member in left))
    uppermost = {member.sha256 for member in left} - below
    # Certificates that issued each other in a ring have none above them, and no root either.
    rest = {member.sha256 for member in left} - _below(uppermost, issued)
    return frozenset(uppermost | {member for member in rest if member in _below(issued[member], issued)})


def newer_twins(members: Iterable[Certificate]) -> dict[str, str]:
    """Older CA certificate → the newest of the same name and key, both by SHA-256."""
    same: dict[tuple[bytes, str], list[Certificate]] = {}
    for member in members:
        if member.is_ca:
            same.setdefault(_name_and_key(member), []).append(member)
    found: dict[str, str] = {}
    for twins in same.values():
        newest = max(twins, key=_age).sha256
        found |= {twin.sha256: newest for twin in twins if twin.sha256 != newest}
    return found


def _age(twin: Certificate) -> tuple[datetime, datetime, bool, str]:
    """Orders from old to new; of two for the same time the one with an outdated signature is the older."""
    return twin.not_before, twin.not_after, twin.signature_hash not in ("md5", "sha1"), twin.sha256


def _issued(members: Sequence[Certificate], signatures: SignatureMemo) -> Mapping[str, frozenset[str]]:
    """Member → the other members that its key signed."""
    issued: dict[str, set[str]] = {member.sha256: set() for member in members}
    subjects = by_subject(members)
    for member in members:
        for issuer in subjects.get(canonical_name(member.issuer), ()):
            fits = issuer is not member and may_have_issued(member, issuer)
            if fits and signatures.check(member, issuer) is not SignatureCheck.INVALID:
                issued[issuer.sha256].add(member.sha256)
    return {issuer: frozenset(others) for issuer, others in issued.items()}


def _below(above: Iterable[str], issued: Mapping[str, frozenset[str]]) -> set[str]:
    """`above`, and all that was issued below it."""
    found, waiting = set(above), list(above)
    while waiting:
        for member in issued[waiting.pop()] - found:
            found.add(member)
            waiting.append(member)
    return found


def _name_and_key(certificate: Certificate) -> tuple[bytes, str]:
    return canonical_name(certificate.subject), certificate.public_key_sha256
