"""Where documentation is silent: outcomes under readings A11, A12, A14, A18, A19 and A21, and which is asked first."""

from __future__ import annotations

import pytest

from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.pkix import validate
from tests.authority import LAST_YEAR, LONG_AGO, NOW, Authority, p256_key, self_signed
from tests.pkix.test_paths import ISSUING, MCU, ROOT, judge


def test_a11_an_intermediate_known_elsewhere_leaves_it_open():
    found = judge(MCU, known=[ISSUING], anchors=[ROOT])
    assert (found.outcome, found.reading, found.openssl_error) == (Outcome.OPEN, "A11", 20)
    assert [one.sha256 for one in found.to_present] == [ISSUING.record.sha256]
    assert found.remedy == Remedy(RemedyKind.PRESENT_AUTHORITY, ("CN=Example Issuing CA,O=Example",))
    assert found.missing_issuer == "CN=Example Issuing CA,O=Example"
    assert not found.every_candidate_good


def test_a11_is_not_asked_where_all_that_is_sent_is_known():
    assert judge(MCU, known=[ISSUING], anchors=[ROOT], chain_complete=True).outcome == Outcome.FAIL


def test_a11_no_path_even_with_all_that_is_known_fails():
    assert judge(MCU, known=[ISSUING], anchors=[Authority.root("Other")]).outcome == Outcome.FAIL
    bad = ROOT.intermediate("Example Issuing CA", key=ISSUING.key, not_before=LONG_AGO, not_after=LAST_YEAR)
    assert judge(MCU, known=[bad], anchors=[ROOT]).outcome == Outcome.FAIL


def test_known_cas_never_become_trust_anchors():
    assert judge(MCU, presented=[ISSUING], known=[ROOT]).outcome == Outcome.FAIL


def test_a12_an_intermediate_without_its_root_is_open():
    for presented in ((), (ISSUING,), (ISSUING, ROOT)):
        found = judge(MCU, presented=presented, anchors=[ISSUING])
        assert (found.outcome, found.reading, found.reason_code) == (Outcome.OPEN, "A12", "root_missing")
        assert found.remedy == Remedy(RemedyKind.ADD_AUTHORITY, ("CN=Example Root,O=Example",))
        assert found.path[-1].sha256 == ISSUING.record.sha256


def test_a12_is_asked_before_a11():
    upper = ROOT.intermediate("Policy CA")
    issuing = upper.intermediate("Issuing")
    mcu = issuing.leaf("mcu")
    found = judge(mcu, presented=[issuing], known=[upper], anchors=[upper])
    assert found.reading == "A12"
    found = judge(mcu, known=[issuing, upper], anchors=[upper])
    assert found.reading == "A11 A12"


def test_a12_a_bad_path_to_the_intermediate_fails():
    forged = ISSUING.leaf("mcu", signed_by=p256_key(79))
    assert judge(forged, anchors=[ISSUING]).outcome == Outcome.FAIL
    old = ISSUING.leaf("mcu", not_before=LONG_AGO, not_after=LAST_YEAR)
    assert judge(old, anchors=[ISSUING]).outcome == Outcome.FAIL


def test_a12_is_not_for_a_member_whose_root_is_in_the_store_though_another_way_up_breaks_off():
    old = Authority.root("Root", not_before=LONG_AGO, not_after=LAST_YEAR)
    issuing = old.intermediate("Issuing")
    cross = Authority.root("Missing").intermediate("Root", key=old.key)
    found = judge(issuing.leaf("mcu"), presented=[cross], anchors=[old, issuing])
    assert (found.outcome, found.reason_code, found.failed_at) == (Outcome.FAIL, "expired", old.record.sha256)


def test_a14_an_end_entity_in_the_store_is_open():
    for peer in (self_signed("peer"), MCU):
        found = judge(peer, anchors=[peer])
        assert (found.outcome, found.reading) == (Outcome.OPEN, "A14")


@pytest.mark.parametrize("defect", [{"version": 1}, {"ca": None, "key_usage": None}])
def test_a14_an_anchor_that_is_no_ca_is_open(defect):
    root = Authority.root("Root", **defect)
    found = judge(root.leaf("mcu"), anchors=[root])
    assert (found.outcome, found.reading, found.failed_at) == (Outcome.OPEN, "A14", root.record.sha256)


@pytest.mark.parametrize("issues", [Authority.leaf, Authority.intermediate])
def test_a_member_that_says_that_it_is_no_ca_issues_nothing(issues):
    """An explicit cA FALSE is no question of A14, in a root and in an intermediate."""
    root = Authority.root("Root")
    for denied in (Authority.root("Denied", ca=False, key_usage=None), root.intermediate("Denied", ca=False)):
        found = judge(issues(denied, "mcu"), anchors=[root, denied])
        assert (found.outcome, found.openssl_error, found.failed_at) == (Outcome.FAIL, 79, denied.record.sha256)


def test_a14_an_anchor_that_may_not_sign_certificates_fails():
    root = Authority.root("Root", key_usage=("digital_signature",))
    assert judge(root.leaf("mcu"), anchors=[root]).openssl_error == 79


def test_a14_what_fails_under_every_reading_fails():
    root = Authority.root("Root", version=1)
    found = judge(root.leaf("mcu", signed_by=p256_key(80)), anchors=[root])
    assert (found.outcome, found.openssl_error) == (Outcome.FAIL, 7)


def test_a18_a_signature_that_cannot_be_checked_is_open():
    """The key of the root is on a curve that does not exist."""
    root = Authority.root("Root")
    p256, none = bytes.fromhex("06082a8648ce3d030107"), bytes.fromhex("06082a8648ce3d03017f")
    strange = root.der.replace(p256, none)
    assert strange != root.der
    found = validate(root.leaf("mcu").der, anchors=[strange], at=NOW)
    assert (found.outcome, found.reading, found.reason_code) == (Outcome.OPEN, "A18", "algorithm")


def test_a21_a_ca_that_requires_an_explicit_policy_is_open():
    root = Authority.root("Root")
    issuing = root.intermediate("Issuing", explicit_policy=0)
    found = judge(issuing.leaf("mcu"), presented=[issuing], anchors=[root])
    assert (found.outcome, found.reading, found.failed_at) == (Outcome.OPEN, "A21", issuing.record.sha256)
    assert found.reason == (
        "CN=Issuing,O=Example has no certificatePolicies, and it requires an explicit policy: a verifier that "
        "evaluates certificate policies may refuse it."
    )


def test_a21_the_trust_anchor_is_not_a_certificate_of_the_path():
    root = Authority.root("Root", explicit_policy=0, inhibit_mapping=0, inhibit_any=0)
    assert judge(root.leaf("mcu"), anchors=[root]).outcome == Outcome.PASS


def test_a21_what_is_bad_both_ways_fails():
    root = Authority.root("Root")
    issuing = root.intermediate("Issuing", explicit_policy=0)
    found = judge(issuing.leaf("mcu", critical="1.2.3.4"), presented=[issuing], anchors=[root])
    assert (found.outcome, found.reason_code, found.reading) == (Outcome.FAIL, "critical_extension", None)


def test_a_better_path_wins_over_one_that_rests_on_a_reading():
    root = Authority.root("Root")
    plain = root.intermediate("Issuing")
    strict = root.intermediate("Issuing", key=plain.key, explicit_policy=0)
    found = judge(plain.leaf("mcu"), presented=[plain, strict], anchors=[root])
    assert found.outcome == Outcome.PASS
    assert not found.every_candidate_good


def test_a_verifier_that_wants_every_intermediate_in_its_store():
    wants = {"intermediates_must_be_anchors": True}
    found = judge(MCU, presented=[ISSUING], known=[ISSUING], anchors=[ROOT], **wants)
    assert (found.outcome, found.reason_code, found.openssl_error) == (Outcome.FAIL, "intermediate_not_in_store", 20)
    assert "this verifier needs every intermediate there" in found.reason
    assert judge(MCU, anchors=[ROOT, ISSUING], **wants).outcome == Outcome.PASS
    assert judge(MCU, anchors=[ISSUING], **wants).reading == "A12"


def test_a11_several_intermediates_elsewhere_are_all_named():
    issuing = ISSUING.intermediate("Example Second CA")
    found = judge(issuing.leaf("mcu"), known=[ISSUING, issuing], anchors=[ROOT])
    assert (found.outcome, found.reading) == (Outcome.OPEN, "A11")
    both = "CN=Example Second CA,O=Example and CN=Example Issuing CA,O=Example"
    assert f"through {both}, which were found elsewhere" in found.reason
    assert f"only if {both} are presented with it" in found.reason
