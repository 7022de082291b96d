"""What an outcome says beside pass, open or fail: path, certificates, dates, and what is missing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.errors import UsageError
from mcuaudit.pkix import PathValidator, TrustStore, validate
from mcuaudit.pkix.stores import Pool, by_subject
from tests.authority import LAST_YEAR, LONG_AGO, NEXT_YEAR, NOW, Authority, p256_key, self_signed
from tests.pkix.test_paths import ISSUING, MCU, ROOT, judge

SECOND = timedelta(seconds=1)


def shas(*issued) -> list[str]:
    return [one.record.sha256 for one in issued]


def test_a_pass_is_valid_until_the_first_not_after_and_a_failure_until_never():
    for place in range(3):
        until = [NEXT_YEAR + timedelta(days=place)] * 3
        until[place] = NOW + timedelta(days=1)
        root = Authority.root("Root", not_after=until[2])
        issuing = root.intermediate("Issuing", not_after=until[1])
        mcu = issuing.leaf("mcu", not_after=until[0])
        assert judge(mcu, presented=[issuing], anchors=[root]).valid_until == NOW + timedelta(days=1)
    assert judge(MCU, anchors=[ROOT]).valid_until is None


def test_a_failure_names_the_path_as_far_as_it_goes():
    found = judge(MCU, presented=[ISSUING], anchors=[Authority.root("Other")])
    assert [one.sha256 for one in found.path] == shas(MCU, ISSUING)
    assert found.candidate_certificates == set(shas(MCU, ISSUING))
    assert (found.failed_at, found.missing_issuer) == (ISSUING.record.sha256, "CN=Example Root,O=Example")
    assert not found.every_candidate_good


def test_without_any_issuer_the_path_is_the_end_entity():
    found = judge(MCU, anchors=[ROOT])
    assert [one.sha256 for one in found.path] == shas(MCU)
    assert found.candidate_certificates == set(shas(MCU))


def test_an_open_outcome_has_a_path_and_an_end():
    found = judge(MCU, known=[ISSUING], anchors=[ROOT])
    assert [one.sha256 for one in found.path] == shas(MCU, ISSUING, ROOT)
    assert found.valid_until == NEXT_YEAR
    assert (found.reason_code, found.failed_at) == ("intermediate_not_presented", MCU.record.sha256)


def test_a_store_that_leads_back_to_itself_has_no_anchor():
    """OpenSSL climbs round and round; under reading A12 a member is enough."""
    one, other = p256_key(730), p256_key(731)
    first = Authority.root("B", key=other).intermediate("A", key=one)
    second = Authority.root("A", key=one).intermediate("B", key=other)
    mcu = first.leaf("mcu")
    found = judge(mcu, anchors=[first, second])
    assert (found.outcome, found.reading, found.openssl_error) == (Outcome.OPEN, "A12", 22)
    assert judge(mcu, presented=[first, second]).reason_code == "no_issuer"


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        ({"not_after": NOW - SECOND}, "expired"),
        ({"not_before": NOW + SECOND}, "not_yet_valid"),
        ({"signed_by": p256_key(732)}, "signature"),
        ({"critical": "1.2.3.4"}, "critical_extension"),
        ({"path_length": 0}, ""),
    ],
)
def test_what_is_wrong_with_an_intermediate_is_found_in_the_middle_of_a_path(wishes, code):
    policy = ROOT.intermediate("Policy CA")
    issuing = policy.intermediate("Issuing CA", **wishes)
    found = judge(issuing.leaf("mcu"), presented=[issuing, policy], anchors=[ROOT])
    assert (found.reason_code, found.failed_at) == ((code, issuing.record.sha256) if code else ("ok", None))


def test_a_path_length_of_one_allows_one_ca_below_and_no_second():
    root = Authority.root("Root", path_length=1)
    policy = root.intermediate("Policy CA")
    assert judge(policy.leaf("mcu"), presented=[policy], anchors=[root]).outcome is Outcome.PASS
    issuing = policy.intermediate("Issuing CA")
    found = judge(issuing.leaf("mcu"), presented=[issuing, policy], anchors=[root])
    assert (found.reason_code, found.failed_at) == ("path_length", root.record.sha256)


def test_flaws_are_named_in_the_order_of_openssl():
    """What a certificate says of itself comes before signatures, these and times from the anchor down, then names."""
    root = Authority.root("Root", permitted=["DNS:example.com"])
    old = {"not_before": LONG_AGO, "not_after": LAST_YEAR}
    names = {"san": ["DNS:a.example.org"]}
    cases = [
        ({**old, **names, "signed_by": p256_key(733), "critical": "1.2.3.4"}, "critical_extension"),
        ({**old, **names, "signed_by": p256_key(733)}, "signature"),
        ({**old, **names}, "expired"),
        (names, "name_not_permitted"),
    ]
    assert [judge(root.leaf("mcu", **wishes), anchors=[root]).reason_code for wishes, _ in cases] == [
        code for _, code in cases
    ]


def test_of_two_issuers_the_valid_one_is_preferred_and_then_the_longer_valid():
    key = p256_key(734)
    old = Authority.root("Root", key=key, not_before=LONG_AGO, not_after=LAST_YEAR)
    short = Authority.root("Root", key=key, not_after=NOW + timedelta(days=1))
    long = Authority.root("Root", key=key, not_after=NEXT_YEAR)
    leaf = long.leaf("mcu")
    for order in ([old, short, long], [long, short, old], [short, old, long]):
        found = judge(leaf, anchors=order)
        assert [one.sha256 for one in found.path] == shas(leaf, long)
        assert judge(leaf, anchors=[one for one in order if one is not long]).path[-1].sha256 == short.record.sha256


def test_a_pool_holds_the_store_and_what_is_presented():
    pool = Pool(TrustStore([ROOT.record]), [by_subject([ISSUING.record])], NOW)
    namesake = ROOT.intermediate("Example Issuing CA")
    assert [pool.holds(one.record) for one in (ROOT, ISSUING, MCU, namesake)] == [True, True, False, False]
    assert pool.issuers(MCU.record) == ([], [ISSUING.record])
    assert pool.issuers(ISSUING.record) == ([ROOT.record], [])
    assert pool.issuers_of_ca(ISSUING.record) is pool.issuers_of_ca(ISSUING.record)


def test_a_member_of_the_store_is_not_presented_as_well():
    pool = Pool(TrustStore([ROOT.record, ISSUING.record]), [by_subject([ISSUING.record, ROOT.record])], NOW)
    assert pool.issuers(MCU.record) == ([ISSUING.record], [])


def test_a_store_differs_from_other_things():
    store = TrustStore([ROOT.record])
    assert store != store.key
    assert store.key not in store
    assert len(TrustStore([])) == 0


def test_known_roots_are_no_help_and_known_intermediates_are():
    validator = PathValidator(NOW, [ROOT.record, ISSUING.record])
    assert validator.validate(MCU.record, (), TrustStore([ROOT.record])).reading == "A11"
    assert validator.validate(MCU.record, (ISSUING.record,), TrustStore([])).outcome is Outcome.FAIL


@pytest.mark.parametrize("data", [b"", b" \n", b"hello", MCU.der[:-1]])
def test_what_holds_no_certificate_is_refused(data):
    with pytest.raises(UsageError):
        validate(data, at=NOW)
    with pytest.raises(UsageError):
        validate(MCU.der, anchors=[data], at=NOW)


def test_a_file_with_one_damaged_block_is_refused_as_a_whole():
    damaged = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    with pytest.raises(UsageError, match="PEM block 2"):
        validate(MCU.pem + damaged, anchors=[ROOT.pem], at=NOW)


def test_a_private_key_beside_a_certificate_is_passed_over():
    assert validate(MCU.pem + ISSUING.pem + MCU.key_pem, anchors=[ROOT.pem], at=NOW).outcome is Outcome.PASS


def test_a_self_signed_end_entity_is_to_be_issued_by_a_ca_of_the_store():
    found = judge(self_signed("peer"), anchors=[ROOT])
    assert found.reason_code == "self_signed"
    assert found.remedy == Remedy(RemedyKind.ISSUE_BY_TRUSTED_AUTHORITY)
