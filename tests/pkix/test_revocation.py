"""Revocation lists by RFC 5280, section 6.3: each paragraph of 6.3.3, and lists that cannot be used."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from mcuaudit.errors import UsageError
from mcuaudit.pkix import PathOutcome, validate
from mcuaudit.pkix.der import elements, first_element
from tests.authority import NOW, Authority, encoded, name, p256_key
from tests.revoking import REVOKED_ON, UNKNOWN, Revoked, points, revocation_list, scope

ROOT = Authority.root("Root")
ISSUING = ROOT.intermediate("Issuing")
LEAF = ISSUING.leaf("mcu")
URL, OTHER_URL = "http://pki.example.com/a.crl", "http://pki.example.com/b.crl"
OF_ROOT = revocation_list(ROOT)
SECOND = timedelta(seconds=1)


def judged(leaf=LEAF, crls=(), revocation="require", **more) -> PathOutcome:
    given = {"presented": [ISSUING.record], "anchors": [ROOT.record], "at": NOW, **more}
    return validate(leaf.record, crls=[OF_ROOT, *crls], revocation=revocation, **given)


def both(leaf=LEAF, crls=(), **more) -> tuple[str, str, str]:
    """The outcome under "require", the code of its reason, and the outcome under "use"."""
    required = judged(leaf, crls, **more)
    return str(required.outcome), required.reason_code, str(judged(leaf, crls, "use", **more).outcome)


GOOD = ("pass", "ok", "pass")
REVOKED = ("fail", "revoked", "fail")


def test_a_certificate_that_no_entry_has_is_not_revoked():
    found = judged(crls=[revocation_list(ISSUING, [ISSUING.leaf("other")])])
    assert (found.outcome, found.reason_code) == ("pass", "ok")
    assert [(status.certificate, status.state) for status in found.revocation] == [
        (LEAF.record, "not_revoked"), (ISSUING.record, "not_revoked"),
    ]  # fmt: skip


def test_a_revoked_certificate_fails_with_date_and_reason():
    found = judged(crls=[revocation_list(ISSUING, [Revoked(LEAF, "keyCompromise")])], revocation="use")
    assert (found.outcome, found.reason_code, found.openssl_error) == ("fail", "revoked", 23)
    assert found.reason == (
        "CN=mcu,O=Example was revoked on 2026-05-16 (keyCompromise) by the CRL of CN=Issuing,O=Example "
        "(OpenSSL error 23: certificate revoked)."
    )
    status = found.revocation[0]
    assert (status.state, status.revoked_on, status.reason) == ("revoked", REVOKED_ON, "keyCompromise")
    assert found.failed_at == LEAF.record.sha256


def test_a_revoked_ca_fails_and_the_trust_anchor_is_not_asked_about():
    revoked = validate(
        LEAF.record, presented=[ISSUING.record], anchors=[ROOT.record], at=NOW, revocation="require",
        crls=[revocation_list(ROOT, [ISSUING, ROOT], number=2), revocation_list(ISSUING)],
    )  # fmt: skip
    assert (revoked.reason_code, revoked.failed_at) == ("revoked", ISSUING.record.sha256)
    assert len(revoked.revocation) == 2


def test_a_hold_is_named_as_such():
    found = judged(crls=[revocation_list(ISSUING, [Revoked(LEAF, "certificateHold")])])
    assert "is on hold since 2026-05-16 (certificateHold)" in found.reason


def test_without_a_list_only_require_fails():
    assert both() == ("fail", "no_crl", "pass")
    assert judged(revocation="use").revocation[0].state == "unknown"
    assert "there is no complete CRL of CN=Issuing,O=Example" in judged().reason
    assert judged().remedy.subject == ("a current CRL of CN=Issuing,O=Example",)


def test_ignored_lists_change_nothing_but_are_told():
    found = judged(crls=[revocation_list(ISSUING, [LEAF])], revocation="ignore")
    assert (found.outcome, found.revocation[0].state) == ("pass", "revoked")
    assert validate(LEAF.record, presented=[ISSUING.record], anchors=[ROOT.record], at=NOW).revocation == ()


def test_the_newest_list_decides():
    older, newer = (revocation_list(ISSUING, this_update=NOW - timedelta(days=days)) for days in (2, 1))
    revoking = revocation_list(ISSUING, [LEAF], this_update=NOW - timedelta(days=1, hours=12))
    assert both(crls=[newer, revoking]) == both(crls=[revoking, newer]) == GOOD
    assert both(crls=[older, revoking]) == both(crls=[revoking, older]) == REVOKED
    assert both(crls=[revocation_list(ISSUING, number=3), revocation_list(ISSUING, [LEAF], number=4)]) == REVOKED


# What cannot be used: the status is unknown, with the reason.

UNUSABLE = {
    "expired": ("crl_expired", revocation_list(ISSUING, [LEAF], next_update=NOW - SECOND)),
    "of the future": ("crl_not_yet_valid", revocation_list(ISSUING, [LEAF], this_update=NOW + SECOND)),
    "badly signed": ("crl_signature", revocation_list(ISSUING, [LEAF], signed_by=p256_key(), key_identifier=False)),
    "critical": ("crl_extension", revocation_list(ISSUING, [LEAF], critical=UNKNOWN)),
    "critical entry": (
        "crl_extension", revocation_list(ISSUING, [LEAF, Revoked(ISSUING.leaf("x"), critical=UNKNOWN)]),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", UNUSABLE)
def test_an_unusable_list_leaves_the_status_unknown(case):
    code, crl = UNUSABLE[case]
    assert both(crls=[crl]) == ("fail", code, "open")
    found = judged(crls=[crl], revocation="use")
    assert (found.reason_code, found.revocation[0].state) == ("revocation_unknown", "unknown")
    # A usable one beside it decides, in any order, unless it is not known whether the other is newer.
    good = revocation_list(ISSUING, number=7)
    expected = ("fail", code, "open") if case == "badly signed" else GOOD
    assert both(crls=[crl, good]) == both(crls=[good, crl]) == expected


@pytest.mark.parametrize("part", ["signature", "thisUpdate", "nextUpdate"])
def test_no_list_stands_in_for_one_whose_signature_does_not_match(part):
    newest = bytearray(revocation_list(ISSUING, [LEAF], number=9, this_update=NOW - SECOND))
    first = newest.index(b"\x17\x0d") + 3
    positions = {"signature": -10, "thisUpdate": first, "nextUpdate": newest.index(b"\x17\x0d", first) + 3}
    newest[positions[part]] ^= 1
    older = revocation_list(ISSUING, number=7)
    found = judged(crls=[older, bytes(newest)], revocation="use")
    assert (found.outcome, found.revocation[0].state) == ("open", "unknown")
    # What another list revokes is revoked.
    assert both(crls=[revocation_list(ISSUING, [LEAF], number=7), bytes(newest)]) == REVOKED


def test_an_expired_list_that_has_the_certificate_says_so():
    found = judged(crls=[UNUSABLE["expired"][1]], revocation="use")
    assert "was valid until 2026-06-15 11:59:59 UTC; it lists the certificate as revoked on 2026-05-16" in found.reason
    silent = revocation_list(ISSUING, next_update=NOW - SECOND)
    assert "it lists" not in judged(crls=[silent], revocation="use").reason


def test_both_ends_of_the_validity_of_a_list_are_inclusive():
    assert both(crls=[revocation_list(ISSUING, next_update=NOW)]) == GOOD
    assert both(crls=[revocation_list(ISSUING, this_update=NOW)]) == GOOD


def test_a_list_without_next_update_may_be_out_of_date():
    found = judged(crls=[without_next_update(revocation_list(ISSUING, [LEAF]), ISSUING)])
    assert (found.outcome, found.reason_code) == ("fail", "crl_expired")
    assert "has no nextUpdate; it lists the certificate as revoked on 2026-05-16" in found.reason


def without_next_update(der: bytes, issuer: Authority) -> bytes:
    """The list signed anew without the fifth of its fields; the builder always writes one."""
    signed, algorithm, _ = elements(first_element(der).content)
    fields = [field.whole for field in elements(signed.content)]
    to_be_signed = encoded(0x30, b"".join((*fields[:4], *fields[5:])))
    signature = issuer.key.sign(to_be_signed, ec.ECDSA(hashes.SHA256()))
    return encoded(0x30, to_be_signed + algorithm.whole + encoded(0x03, b"\0" + signature))


def test_a_field_that_cannot_be_read_makes_the_list_unusable():
    der = revocation_list(ISSUING, [Revoked(LEAF, "keyCompromise")])
    entry = bytes.fromhex("0603551d1504030a0101")
    assert der.count(entry) == 1
    damaged = der.replace(entry, bytes.fromhex("0603551d1504030a0107"))
    found = judged(crls=[damaged], revocation="use")
    assert (found.outcome, found.reason_code) == ("open", "revocation_unknown")
    assert "fields that cannot be read: crlEntryExtensions" in found.reason
    # It may revoke, so that no other list stands in for it: without its signature, its date says nothing.
    older, newer = (revocation_list(ISSUING, this_update=NOW - timedelta(hours=hours)) for hours in (30, 1))
    assert judged(crls=[damaged, older], revocation="use").outcome == "open"
    assert judged(crls=[damaged, newer], revocation="use").outcome == "open"


def test_another_issuer_tells_nothing():
    stranger = Authority.root("Issuing")
    wrong = revocation_list(ROOT, [LEAF])
    assert both(crls=[wrong]) == ("fail", "no_crl", "pass")
    # An issuer with the same name and another key.
    assert both(crls=[revocation_list(stranger, [LEAF])])[1] == "crl_issuer"


def test_a_ca_without_crl_sign_tells_nothing():
    issuing = ROOT.intermediate("No CRLs", key_usage=("key_cert_sign",))
    leaf = issuing.leaf("mcu")
    found = both(leaf, [revocation_list(issuing, [leaf])], presented=[issuing.record])
    assert found == ("fail", "crl_sign", "open")


def test_what_is_no_list_is_refused_with_what_is_allowed():
    for wrong in (b"nothing", LEAF.der, LEAF.pem, b"-----BEGIN X509 CRL-----\nMAAA\n-----END X509 CRL-----\n"):
        with pytest.raises(UsageError, match=r"expected a certificate revocation list \(CRL\) in PEM or DER"):
            judged(crls=[wrong])
    with pytest.raises(UsageError, match="crls is of the type int"):
        validate(LEAF.record, at=NOW, crls=7)
    with pytest.raises(UsageError, match='revocation "hard"; expected "ignore", "use" or "require"'):
        judged(revocation="hard")


def test_lists_come_in_every_form(tmp_path):
    der = revocation_list(ISSUING, [LEAF])
    parsed = x509.load_der_x509_crl(der)
    pem = parsed.public_bytes(Encoding.PEM)
    (tmp_path / "issuing.crl").write_bytes(pem)
    for form in (der, pem, pem.decode(), tmp_path / "issuing.crl", str(tmp_path / "issuing.crl"), parsed):
        assert both(crls=[form]) == REVOKED, type(form)
    assert validate(LEAF.record, presented=[ISSUING.record], anchors=[ROOT.record], at=NOW, crls=pem + pem).revocation


# (b) scope, (d) and (e) reasons.


def test_the_distribution_point_selects_the_list():
    leaf = ISSUING.leaf("mcu", more=[points(URL)])
    here, there = (revocation_list(ISSUING, [leaf], scope=scope(url)) for url in (URL, OTHER_URL))
    assert both(leaf, [here]) == both(leaf, [here, there]) == REVOKED
    assert both(leaf, [there]) == ("fail", "crl_scope", "pass")
    assert both(leaf, [revocation_list(ISSUING, [leaf])]) == REVOKED  # a list of no distribution point has all
    shouted = revocation_list(ISSUING, [leaf], scope=scope("HTTP://PKI.example.COM/a.crl"))
    assert both(leaf, [shouted]) == REVOKED
    path = revocation_list(ISSUING, [leaf], scope=scope("http://pki.example.com/A.crl"))
    assert both(leaf, [path])[1] == "crl_scope"


def test_a_relative_name_is_relative_to_the_issuer():
    leaf = ISSUING.leaf("mcu", more=[points(relative="part 1")])
    assert both(leaf, [revocation_list(ISSUING, [leaf], scope=scope(relative="part 1"))]) == REVOKED
    assert both(leaf, [revocation_list(ISSUING, [leaf], scope=scope(relative="part 2"))])[1] == "crl_scope"


@pytest.mark.parametrize(
    ("flag", "of_leaf", "of_ca"),
    [
        ("only_contains_user_certs", "pass", "fail"),
        ("only_contains_ca_certs", "fail", "pass"),
        ("only_contains_attribute_certs", "fail", "fail"),
    ],
)
def test_a_list_of_some_kinds_of_certificates_tells_nothing_of_others(flag, of_leaf, of_ca):
    part = scope(**{flag: True})
    assert judged(crls=[revocation_list(ISSUING, scope=part)]).outcome == of_leaf
    path = {"presented": [ISSUING.record], "anchors": [ROOT.record], "at": NOW, "revocation": "require"}
    crls = [revocation_list(ISSUING), revocation_list(ROOT, scope=part)]
    assert validate(LEAF.record, crls=crls, **path).outcome == of_ca


REASONS = [
    "keyCompromise", "cACompromise", "affiliationChanged", "superseded", "cessationOfOperation", "certificateHold",
    "privilegeWithdrawn", "aACompromise",
]  # fmt: skip


def test_all_reasons_are_needed_before_a_certificate_is_not_revoked():
    some, others = (revocation_list(ISSUING, scope=scope(reasons=part)) for part in (REASONS[:3], REASONS[3:]))
    assert both(crls=[some]) == ("fail", "no_crl", "pass")
    assert "do not cover all reasons" in judged(crls=[some]).reason
    assert both(crls=[some, others]) == GOOD
    revoking = revocation_list(ISSUING, [Revoked(LEAF, "superseded")], scope=scope(reasons=REASONS[3:]))
    assert both(crls=[some, revoking]) == REVOKED


def test_the_reasons_of_a_distribution_point_count_too():
    leaf = ISSUING.leaf("mcu", more=[points(URL, reasons=REASONS[:2])])
    of_point = revocation_list(ISSUING, scope=scope(URL))
    assert both(leaf, [of_point])[1] == "no_crl"
    assert both(leaf, [of_point, revocation_list(ISSUING, number=2)]) == GOOD


# Indirect lists.

HELPER = ROOT.leaf("CRL issuer", key_usage=("crl_sign",))
INDIRECT = ISSUING.leaf("mcu", more=[points(URL, issuer=name("CRL issuer"))])
WITH_HELPER = {"presented": [ISSUING.record, HELPER.record]}


def test_an_indirect_list_tells_of_the_certificates_of_other_issuers():
    part = scope(URL, indirect_crl=True)
    listed = Revoked(INDIRECT, issuer=name("Issuing"))
    assert both(INDIRECT, [revocation_list(HELPER, [listed], scope=part)], **WITH_HELPER) == REVOKED
    assert both(INDIRECT, [revocation_list(HELPER, scope=part)], **WITH_HELPER) == GOOD
    # Without certificateIssuer, the entry is of the issuer of the list; and it holds for the entries that follow.
    unnamed = revocation_list(HELPER, [INDIRECT], scope=part)
    assert both(INDIRECT, [unnamed], **WITH_HELPER) == GOOD
    follows = [Revoked(ROOT.leaf("x"), issuer=name("Issuing")), INDIRECT]
    assert both(INDIRECT, [revocation_list(HELPER, follows, scope=part)], **WITH_HELPER) == REVOKED


def test_the_list_of_a_crl_issuer_must_be_indirect():
    found = both(INDIRECT, [revocation_list(HELPER, scope=scope(URL))], **WITH_HELPER)
    assert found == ("fail", "crl_scope", "pass")


def test_the_issuer_of_a_list_needs_a_path_to_the_same_anchor():
    part = scope(URL, indirect_crl=True)
    other = Authority.root("Other root")
    helper = other.leaf("CRL issuer", key_usage=("crl_sign",))
    crl = revocation_list(helper, scope=part)
    stores = {"presented": [ISSUING.record, helper.record], "anchors": [ROOT.record, other.record]}
    assert both(INDIRECT, [crl], **stores) == ("fail", "crl_path", "open")
    assert both(INDIRECT, [revocation_list(HELPER, scope=part)]) == ("fail", "crl_issuer", "open")
    expired = ROOT.leaf("CRL issuer", key_usage=("crl_sign",), not_after=NOW - SECOND)
    found = judged(INDIRECT, [revocation_list(expired, scope=part)], presented=[ISSUING.record, expired.record])
    assert found.reason_code == "crl_path"
    assert "OpenSSL error 10: certificate has expired" in found.reason


def test_a_revoked_issuer_of_a_list_tells_nothing():
    part = scope(URL, indirect_crl=True)
    crls = [revocation_list(ROOT, [HELPER], number=9), revocation_list(ISSUING), revocation_list(HELPER, scope=part)]
    found = validate(
        INDIRECT.record, presented=[ISSUING.record, HELPER.record], anchors=[ROOT.record], at=NOW, crls=crls,
    )  # fmt: skip
    assert [problem.kind.code for problem in found.revocation[0].problems] == []  # the CRL of its own CA decides
    found = validate(
        INDIRECT.record, presented=[ISSUING.record, HELPER.record], anchors=[ROOT.record], at=NOW,
        crls=[crls[0], crls[2]], revocation="require",
    )  # fmt: skip
    assert found.reason_code == "crl_path"
    assert "CN=CRL issuer,O=Example, was revoked on 2026-05-16" in found.reason


# Delta lists.


def test_a_delta_list_updates_the_complete_one():
    complete, listed = revocation_list(ISSUING, number=5), revocation_list(ISSUING, [LEAF], number=5)
    adds = revocation_list(ISSUING, [LEAF], number=7, base=4)
    removes = revocation_list(ISSUING, [Revoked(LEAF, "removeFromCRL")], number=7, base=5)
    assert both(crls=[complete, adds]) == REVOKED
    assert both(crls=[listed, removes]) == GOOD
    # There is no complete one, so that what it says cannot be used, and is not forgotten.
    assert both(crls=[adds]) == ("fail", "crl_unreadable", "open")
    found = judged(crls=[adds], revocation="use")
    assert (
        "the delta CRL of CN=Issuing,O=Example has no complete CRL that it updates (cRLNumber 4 or later)"
        in found.reason
    )


@pytest.mark.parametrize(
    "delta",
    [
        {"number": 5, "base": 4},  # it is not newer than the complete list
        {"number": 7, "base": 5, "scope": scope(URL)},
        {"number": 7, "base": 5, "next_update": NOW - SECOND},
        {"number": 7, "base": 5, "this_update": NOW + SECOND},
        {"number": 7, "base": 5, "critical": UNKNOWN},
    ],
)
def test_a_delta_list_that_does_not_fit_is_not_used(delta):
    assert both(crls=[revocation_list(ISSUING, number=5), revocation_list(ISSUING, [LEAF], **delta)]) == GOOD


@pytest.mark.parametrize(
    ("delta", "code"),
    [
        ({"number": 7, "base": 6}, "crl_unreadable"),  # the complete list is older than its base
        ({"number": 7, "base": 5, "key_identifier": False}, "crl_unreadable"),
        ({"number": 7, "base": 5, "signed_by": p256_key(999)}, "crl_signature"),
    ],
)
def test_a_newer_delta_list_that_cannot_be_used_leaves_the_status_open(delta, code):
    found = both(crls=[revocation_list(ISSUING, number=5), revocation_list(ISSUING, [LEAF], **delta)])
    assert found == ("fail", code, "open")


def test_a_current_delta_list_makes_an_expired_list_current():
    old = revocation_list(ISSUING, number=5, next_update=NOW - SECOND)
    assert both(crls=[old])[1] == "crl_expired"
    assert both(crls=[old, revocation_list(ISSUING, number=7, base=5)]) == GOOD
    assert both(crls=[old, revocation_list(ISSUING, [LEAF], number=7, base=5)]) == REVOKED


def test_the_newest_delta_list_decides():
    adds = revocation_list(ISSUING, [Revoked(LEAF, "certificateHold")], number=7, base=5)
    removes = revocation_list(ISSUING, [Revoked(LEAF, "removeFromCRL")], number=8, base=5)
    for order in ([adds, removes], [removes, adds]):
        assert both(crls=[revocation_list(ISSUING, number=5), *order]) == GOOD


# Circles, and bounds.


def test_a_list_may_tell_the_status_of_its_own_issuer():
    issued = points(URL, issuer=name("Own"))
    own = ROOT.leaf("Own", key_usage=("crl_sign",), more=[issued])
    leaf = ISSUING.leaf("mcu", more=[issued])
    part = scope(URL, indirect_crl=True)
    given = {"presented": [ISSUING.record, own.record]}
    listed = [Revoked(own, issuer=name("Root"))]
    path = {**given, "anchors": [ROOT.record], "at": NOW, "revocation": "require"}
    crls = [OF_ROOT, revocation_list(own, scope=part)]
    assert validate(leaf.record, crls=crls, **path).outcome == "pass"
    revoked = validate(leaf.record, crls=[OF_ROOT, revocation_list(own, listed, scope=part)], **path)
    assert (revoked.outcome, revoked.reason_code) == ("fail", "crl_path")


def test_too_many_lists_are_not_looked_into(monkeypatch):
    monkeypatch.setattr("mcuaudit.pkix.revocation.MOST_LISTS", 3)
    crls = [revocation_list(ISSUING, [LEAF], critical=UNKNOWN, number=number) for number in range(5)]
    found = judged(crls=crls)
    assert (found.outcome, found.reason_code) == ("open", "revocation_unknown")
    assert "too many CRLs" in found.reason


def test_another_path_is_taken_if_a_ca_is_revoked():
    other = Authority.root("Other")
    crossed = other.intermediate("Issuing", key=ISSUING.key)
    crls = [revocation_list(ROOT, [ISSUING]), revocation_list(ISSUING), revocation_list(other)]
    given = {"presented": [ISSUING.record, crossed.record], "anchors": [ROOT.record, other.record], "at": NOW}
    found = validate(LEAF.record, crls=crls, revocation="require", **given)
    assert found.outcome == "pass"
    assert found.path[-1].sha256 == other.record.sha256
    assert not found.every_candidate_good
