"""A certificate of the right name that did not issue: what tells the two apart is said, and what to add."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.pkix import validate
from mcuaudit.pkix.checks import may_have_issued
from mcuaudit.pkix.namesakes import Mismatch, first_namesake, mismatch
from tests.authority import NOW, Authority, p256_key, rsa_key

NAME = "CN=Root,O=Example"
FORMER = Authority.root("Root", key=rsa_key(1))
PRESENT = Authority.root("Root", key=rsa_key(2))
LEAF = FORMER.leaf("mcu", key=p256_key(1))
PINNED = FORMER.leaf("mcu", key=p256_key(1), authority_serial=0x1A2B)
KEY = f"with subjectKeyIdentifier {FORMER.record.subject_key_identifier.hex()}"


def said(leaf, *anchors, presented=()):
    found = validate(leaf.der, presented=[one.der for one in presented], anchors=[one.der for one in anchors], at=NOW)
    return found.reason_code, found.reason, found.remedy, found.missing_issuer


def test_a_ca_with_a_new_key_is_not_called_missing() -> None:
    reason = (
        f"CN=mcu,O=Example is issued by {NAME} {KEY}, which is neither presented with it nor in the trust store; the "
        f"{NAME} in the trust store has another key (OpenSSL error 20: unable to get local issuer certificate)."
    )
    remedy = Remedy(RemedyKind.ADD_AUTHORITY_OR_REISSUE, (f"{NAME} {KEY}",))
    assert said(LEAF, PRESENT) == ("no_issuer", reason, remedy, f"{NAME} {KEY}")


def test_a_presented_ca_with_another_key_is_told_too() -> None:
    code, reason, remedy, missing = said(LEAF, Authority.root("Other"), presented=[PRESENT])
    assert (code, missing) == ("no_issuer", f"{NAME} {KEY}")
    assert "; another certificate of that name has another key (" in reason
    assert remedy == Remedy(RemedyKind.ADD_AUTHORITY_OR_REISSUE, (f"{NAME} {KEY}",))


def test_without_a_namesake_the_name_is_enough() -> None:
    code, reason, remedy, missing = said(LEAF, Authority.root("Other"))
    assert reason.startswith(f"CN=mcu,O=Example is issued by {NAME}, which is neither presented")
    assert (code, remedy, missing) == ("no_issuer", Remedy(RemedyKind.ADD_AUTHORITY, (NAME,)), NAME)


def test_a_pinned_serial_number_is_named() -> None:
    code, reason, remedy, missing = said(PINNED, FORMER)
    assert f"is issued by {NAME} with serialNumber 1A2B, which is" in reason
    assert f"the {NAME} in the trust store has serialNumber {FORMER.record.serial_number:X} (" in reason
    assert (code, missing) == ("no_issuer", f"{NAME} with serialNumber 1A2B")
    assert remedy == Remedy(RemedyKind.ADD_AUTHORITY_OR_REISSUE, (f"{NAME} with serialNumber 1A2B",))


def test_above_an_intermediate_it_is_told_as_well() -> None:
    issuing = FORMER.intermediate("Issuing", key=rsa_key(3))
    leaf = issuing.leaf("mcu", key=p256_key(1))
    _, reason, _, missing = said(leaf, PRESENT, presented=[issuing])
    assert f"CN=Issuing,O=Example is issued by {NAME} {KEY}, which is neither" in reason
    assert missing == f"{NAME} {KEY}"
    code, reason, remedy, missing = said(leaf, PRESENT, issuing)
    assert code == "root_missing"
    assert f"is in the trust store, but its issuer {NAME} {KEY} is not" in reason
    assert (remedy, missing) == (Remedy(RemedyKind.ADD_AUTHORITY, (f"{NAME} {KEY}",)), f"{NAME} {KEY}")


RECORD, ROOT = LEAF.record, FORMER.record


@pytest.mark.parametrize(
    ("certificate", "issuer", "why", "words"),
    [
        ({}, {}, None, None),
        ({}, {"subject_key_identifier": b"\x01"}, Mismatch.KEY, (KEY, "has another key")),
        ({}, {"subject_key_identifier": None}, None, None),
        ({"authority_key_identifier": None}, {"subject_key_identifier": b"\x01"}, None, None),
        (
            {"authority_serial_number": 255}, {"serial_number": 16}, Mismatch.SERIAL_NUMBER,
            ("with serialNumber FF", "has serialNumber 10"),
        ),
        ({"authority_serial_number": 16}, {"serial_number": 16}, None, None),
        (
            {"authority_issuer": RECORD.subject}, {}, Mismatch.ISSUER,
            ("from the issuer in the authorityKeyIdentifier", f"was issued by {NAME}"),
        ),
        ({"authority_issuer": ROOT.issuer}, {}, None, None),
        (
            {}, {"key_algorithm": "EC"}, Mismatch.ALGORITHM,
            ("with a key for sha256WithRSAEncryption", "has a key of the kind EC"),
        ),
        (
            {"authority_serial_number": 1}, {"subject_key_identifier": b"\x01", "key_algorithm": "EC"}, Mismatch.KEY,
            (KEY, "has another key"),
        ),
    ],
)  # fmt: skip
def test_what_tells_two_certificates_of_one_name_apart(certificate, issuer, why, words) -> None:
    one, other = replace(RECORD, **certificate), replace(ROOT, sha256="other", **issuer)
    assert mismatch(one, other) is why
    assert may_have_issued(one, other) == (why is None)
    found = first_namesake(one, [ROOT, other] if certificate == {} else [other])
    assert (found and (found.wanted, found.found)) == words
    assert found is None or found.certificate is other


def test_a_certificate_is_no_namesake_of_its_issuer() -> None:
    own = replace(ROOT, authority_key_identifier=b"\x01")
    assert first_namesake(own, [own]) is None
    assert not may_have_issued(replace(RECORD, issuer=RECORD.subject), ROOT)
