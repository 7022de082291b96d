"""Which paths are found and accepted, and what stops the others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.errors import UsageError
from mcuaudit.pkix import PathValidator, TrustStore, validate
from tests.authority import LAST_YEAR, LONG_AGO, NEXT_YEAR, NOW, Authority, Issued, name, p256_key, rsa_key, self_signed
from tests.sampling import so_many

ROOT = Authority.root("Example Root")
ISSUING = ROOT.intermediate("Example Issuing CA")
MCU = ISSUING.leaf("mcu1.example.com", san=["DNS:mcu1.example.com"])


def judge(end_entity: Issued, *, presented=(), known=(), anchors=(), purpose=None, at=NOW, **more):
    return validate(
        end_entity.der,
        presented=[one.der for one in presented],
        known=[one.der for one in known],
        anchors=[one.der for one in anchors],
        purpose=purpose,
        at=at,
        **more,
    )


def test_a_path_through_a_presented_intermediate_passes():
    found = judge(MCU, presented=[ISSUING], anchors=[ROOT])
    assert (found.outcome, found.reason_code, found.openssl_error) == (Outcome.PASS, "ok", None)
    assert [one.sha256 for one in found.path] == [one.record.sha256 for one in (MCU, ISSUING, ROOT)]
    assert found.every_candidate_good
    assert found.candidate_certificates == {one.record.sha256 for one in (MCU, ISSUING, ROOT)}


def test_pem_der_and_records_are_the_same():
    outcomes = {
        validate(MCU.pem, presented=[ISSUING.pem], anchors=[ROOT.pem], at=NOW),
        validate(MCU.der, presented=[ISSUING.der], anchors=[ROOT.der], at=NOW),
        validate(MCU.record, presented=[ISSUING.record], anchors=[ROOT.record], at=NOW),
        validate(MCU.pem + ISSUING.pem, anchors=[ROOT.pem], at=NOW),
    }
    assert {found.outcome for found in outcomes} == {Outcome.PASS}
    assert len({found.path for found in outcomes}) == 1


def test_the_first_not_after_of_the_path_is_told():
    short = ROOT.intermediate("Short-lived CA", not_after=NOW + timedelta(days=3))
    found = judge(short.leaf("mcu"), presented=[short], anchors=[ROOT])
    assert found.valid_until == NOW + timedelta(days=3)


def test_without_its_issuer_a_certificate_fails_and_the_issuer_is_named():
    found = judge(MCU, anchors=[ROOT])
    assert (found.outcome, found.openssl_error, found.reason_code) == (Outcome.FAIL, 20, "no_issuer")
    assert "(OpenSSL error 20: unable to get local issuer certificate)" in found.reason
    assert "mcu1.example.com" in found.reason
    assert found.missing_issuer == "CN=Example Issuing CA,O=Example"
    assert found.remedy == Remedy(RemedyKind.ADD_AUTHORITY, ("CN=Example Issuing CA,O=Example",))
    assert found.failed_at == MCU.record.sha256


def test_a_root_that_is_merely_presented_is_not_trusted():
    found = judge(MCU, presented=[ISSUING, ROOT])
    assert (found.outcome, found.openssl_error) == (Outcome.FAIL, 19)
    assert found.failed_at == ROOT.record.sha256
    assert found.remedy == Remedy(RemedyKind.ADD_AUTHORITY, ("CN=Example Root,O=Example",))


def test_a_self_signed_peer_that_is_not_trusted_fails():
    found = judge(self_signed("peer"), anchors=[ROOT])
    assert (found.outcome, found.openssl_error) == (Outcome.FAIL, 18)
    assert "(OpenSSL error 18: self-signed certificate)" in found.reason


@pytest.mark.parametrize("place", ["end entity", "issuing CA", "root"])
def test_an_expired_certificate_anywhere_in_the_path_fails(place):
    old = {"not_before": LONG_AGO, "not_after": LAST_YEAR}
    root = Authority.root("Root", **(old if place == "root" else {}))
    issuing = root.intermediate("Issuing", **(old if place == "issuing CA" else {}))
    mcu = issuing.leaf("mcu", **(old if place == "end entity" else {}))
    found = judge(mcu, presented=[issuing], anchors=[root])
    assert (found.outcome, found.openssl_error, found.reason_code) == (Outcome.FAIL, 10, "expired")
    assert found.failed_at == {"root": root, "issuing CA": issuing, "end entity": mcu}[place].record.sha256


def test_both_ends_of_the_validity_period_belong_to_it():
    mcu = ROOT.leaf("mcu", not_before=NOW, not_after=NOW + timedelta(hours=1))
    outcomes = [
        judge(mcu, anchors=[ROOT], at=NOW + after).openssl_error
        for after in (timedelta(seconds=-1), timedelta(), timedelta(hours=1), timedelta(hours=1, seconds=1))
    ]
    assert outcomes == [9, None, None, 10]


def test_a_bare_date_is_midnight_utc():
    mcu = ROOT.leaf("mcu", not_before=NOW.replace(hour=0))
    assert judge(mcu, anchors=[ROOT], at=NOW.date()).outcome == Outcome.PASS
    assert judge(mcu, anchors=[ROOT], at=NOW.date() - timedelta(days=1)).openssl_error == 9


def test_a_time_without_zone_is_refused():
    with pytest.raises(UsageError, match="no time zone"):
        judge(MCU, anchors=[ROOT], at=NOW.replace(tzinfo=None))


def test_an_unknown_purpose_is_refused():
    with pytest.raises(UsageError, match="serverAuth"):
        judge(MCU, anchors=[ROOT], purpose="codeSigning")


def test_a_signature_by_another_key_fails():
    forged = ISSUING.leaf("mcu", signed_by=p256_key(77))
    found = judge(forged, presented=[ISSUING], anchors=[ROOT])
    assert (found.outcome, found.openssl_error, found.failed_at) == (Outcome.FAIL, 7, forged.record.sha256)


def test_of_two_cas_with_one_name_the_one_with_the_right_key_is_found():
    namesake = ROOT.intermediate("Example Issuing CA")
    found = judge(MCU, presented=[namesake, ISSUING], anchors=[ROOT])
    assert found.outcome == Outcome.PASS
    assert found.path[1].sha256 == ISSUING.record.sha256
    assert found.every_candidate_good, "the key identifiers rule the other out"


def test_without_key_identifiers_the_wrong_key_may_be_taken_first():
    bare = {"key_identifiers": False}
    root = Authority.root("Root", **bare)
    right, wrong = (root.intermediate("Issuing", **bare) for _ in range(2))
    found = judge(right.leaf("mcu", **bare), presented=[right, wrong], anchors=[root])
    assert found.outcome == Outcome.PASS
    assert not found.every_candidate_good


def test_a_cross_certificate_leads_to_the_root_that_is_trusted():
    other = Authority.root("Other Root")
    cross = other.intermediate("Example Root", key=ROOT.key)
    found = judge(MCU, presented=[ISSUING, cross], anchors=[other])
    assert found.outcome == Outcome.PASS
    assert len(found.path) == 4


def test_an_expired_cross_certificate_spoils_one_of_two_paths():
    other = Authority.root("Other Root")
    cross = other.intermediate("Example Root", key=ROOT.key, not_before=LONG_AGO, not_after=LAST_YEAR)
    found = judge(MCU, presented=[ISSUING, cross], anchors=[ROOT, other])
    assert found.outcome == Outcome.PASS
    assert found.path[-1].sha256 == ROOT.record.sha256
    assert not found.every_candidate_good
    assert cross.record.sha256 in found.candidate_certificates


def test_a_presented_root_is_passed_over_where_the_store_has_one_that_fits():
    old = Authority.root("Example Root", key=ROOT.key, not_before=LONG_AGO, not_after=LAST_YEAR)
    found = judge(MCU, presented=[ISSUING, old], anchors=[ROOT])
    assert found.outcome == Outcome.PASS
    assert found.every_candidate_good


def test_a_path_from_the_store_back_to_what_is_presented_is_not_everybodys():
    """OpenSSL looks no more at what was presented once it has come to the store."""
    upper = ROOT.intermediate("Policy CA")
    issuing = upper.intermediate("Issuing")
    found = judge(issuing.leaf("mcu"), presented=[upper], anchors=[issuing, ROOT])
    assert found.outcome == Outcome.PASS
    assert not found.every_candidate_good


def test_an_authority_key_identifier_with_another_serial_number_excludes_an_issuer():
    serial = ROOT.record.serial_number
    assert judge(ROOT.leaf("mcu", authority_serial=serial), anchors=[ROOT]).outcome == Outcome.PASS
    assert judge(ROOT.leaf("mcu", authority_serial=serial + 1), anchors=[ROOT]).openssl_error == 20


def test_cas_that_certify_each_other_do_not_go_round_for_ever():
    left, right = Authority.root("Left"), Authority.root("Right")
    left_by_right = right.intermediate("Left", key=left.key)
    right_by_left = left.intermediate("Right", key=right.key)
    mcu = left.leaf("mcu")
    assert judge(mcu, presented=[left_by_right, right_by_left], anchors=[right]).outcome == Outcome.PASS
    assert judge(mcu, presented=[left_by_right, right_by_left]).openssl_error == 20
    in_the_store = judge(mcu, anchors=[left_by_right, right_by_left])
    assert (in_the_store.outcome, in_the_store.reading, in_the_store.openssl_error) == (Outcome.OPEN, "A12", 22)


def test_a_mesh_of_cross_certificates_ends_in_bounded_work(monkeypatch):
    """Twelve CAs that all certify each other have more than a hundred million paths, and no root among them."""
    monkeypatch.setattr("mcuaudit.pkix.candidates.MOST_CANDIDATES", so_many(50, whole=2_000))
    monkeypatch.setattr("mcuaudit.pkix.paths.MOST_STEPS", so_many(50, whole=250))
    keys = [p256_key(500 + number) for number in range(12)]
    roots = [Authority.root(f"CA {number}", key=key) for number, key in enumerate(keys)]
    mesh = [roots[i].intermediate(f"CA {j}", key=keys[j]) for i in range(12) for j in range(12) if i != j]
    found = judge(roots[0].leaf("mcu"), presented=mesh)
    assert (found.outcome, found.reason_code, found.openssl_error) == (Outcome.OPEN, "search_limit", None)
    trusted = judge(roots[0].leaf("mcu"), presented=mesh, anchors=[roots[0]])
    assert trusted.outcome == Outcome.PASS
    assert not trusted.every_candidate_good


def test_names_match_whatever_their_case_and_spaces():
    root = Authority.root("Example  Root")
    mcu = root.leaf("mcu", issuer_name=name(" example ROOT "))
    assert judge(mcu, anchors=[root]).outcome == Outcome.PASS
    assert judge(root.leaf("mcu", issuer_name=name("ExampleRoot")), anchors=[root]).openssl_error == 20


def test_a_path_length_constraint_counts_the_cas_between():
    root = Authority.root("Root", path_length=0)
    assert judge(root.leaf("mcu"), anchors=[root]).outcome == Outcome.PASS
    middle = root.intermediate("Issuing")
    found = judge(middle.leaf("mcu"), presented=[middle], anchors=[root])
    assert (found.outcome, found.openssl_error, found.failed_at) == (Outcome.FAIL, 25, root.record.sha256)


def test_a_self_issued_ca_does_not_count_for_the_path_length():
    root = Authority.root("Root", path_length=0)
    rolled = root.intermediate("Root", key=p256_key(78))
    assert judge(rolled.leaf("mcu"), presented=[rolled], anchors=[root]).outcome == Outcome.PASS


@pytest.mark.parametrize(
    "defect",
    [
        {"ca": False, "key_usage": ("key_cert_sign",)},
        {"ca": None, "key_usage": ("key_cert_sign",)},
        {"ca": None, "key_usage": None},
        {"key_usage": ("crl_sign",)},
        {"version": 1},
    ],
)
def test_an_intermediate_that_is_no_ca_fails(defect):
    issuing = ROOT.intermediate("Issuing", **defect)
    found = judge(issuing.leaf("mcu"), presented=[issuing], anchors=[ROOT])
    assert (found.outcome, found.openssl_error, found.failed_at) == (Outcome.FAIL, 79, issuing.record.sha256)


@pytest.mark.parametrize("place", ["end entity", "root"])
def test_a_critical_extension_that_nobody_knows_fails(place):
    root = Authority.root("Root", critical="1.2.3.4" if place == "root" else None)
    mcu = root.leaf("mcu", critical="1.2.3.4" if place == "end entity" else None)
    found = judge(mcu, anchors=[root])
    assert (found.outcome, found.openssl_error) == (Outcome.FAIL, 34)
    assert "1.2.3.4" in found.reason


@pytest.mark.parametrize("digest", ["md5", "sha1", "sha256"])
def test_old_digests_validate(digest):
    root = Authority.root("Root", key=rsa_key(), digest=digest)
    assert judge(root.leaf("mcu", digest=digest), anchors=[root]).outcome == Outcome.PASS
    forged = root.leaf("mcu", digest=digest, signed_by=rsa_key(1))
    assert judge(forged, anchors=[root]).openssl_error == 7


def test_serial_numbers_may_be_negative_and_no_warning_is_raised(recwarn):
    issuing = ROOT.intermediate("Issuing", serial=-1)
    assert judge(issuing.leaf("mcu", serial=0), presented=[issuing], anchors=[ROOT]).outcome == Outcome.PASS
    assert [str(warning.message) for warning in recwarn] == []


def test_an_expired_trust_anchor_fails_though_its_intermediate_is_in_the_store():
    root = Authority.root("Root", not_before=LONG_AGO, not_after=LAST_YEAR)
    issuing = root.intermediate("Issuing")
    found = judge(issuing.leaf("mcu"), anchors=[root, issuing])
    assert (found.outcome, found.openssl_error) == (Outcome.FAIL, 10)


def test_many_devices_need_each_signature_once():
    validator = PathValidator(NOW)
    devices = [ISSUING.leaf(f"mcu{number}") for number in range(20)]
    stores = [TrustStore([ROOT.record, Authority.root(f"Other {number}").record]) for number in range(5)]
    for store in stores:
        for purpose in (None, "serverAuth", "clientAuth"):
            for device in devices:
                assert validator.validate(device.record, (ISSUING.record,), store, purpose).outcome == Outcome.PASS
    assert len(validator.signatures) == len(devices) + 1


def test_a_verdict_is_worked_out_once():
    validator, store = PathValidator(NOW), TrustStore([ROOT.record])
    first = validator.validate(MCU.record, (ISSUING.record, ROOT.record), store, "serverAuth")
    again = validator.validate(MCU.record, (ROOT.record, ISSUING.record), TrustStore([ROOT.record]), "serverAuth")
    assert first is again
    assert validator.validate(MCU.record, (ISSUING.record,), store, "clientAuth") is not first


def test_a_store_is_its_members_whatever_their_order():
    one, other = TrustStore([ROOT.record, ISSUING.record]), TrustStore([ISSUING.record, ROOT.record, ROOT.record])
    assert (one, one.key, hash(one), len(one)) == (other, other.key, hash(other), 2)
    assert one != TrustStore([ROOT.record])
    assert ROOT.record in one
    assert MCU.record not in one


def test_not_yet_valid_is_told_with_its_date():
    found = judge(ROOT.leaf("mcu", not_before=NEXT_YEAR, not_after=NEXT_YEAR + timedelta(1)), anchors=[ROOT])
    assert found.openssl_error == 9
    assert (
        "is not valid before 2027-06-15 at 12:00:00 UTC (OpenSSL error 9: certificate is not yet valid)" in found.reason
    )
