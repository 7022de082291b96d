"""Who signed a list, with its paths, or why nobody is taken for its issuer; and the lists by issuer and entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

from mcuaudit.decode.revocation_list import decode_list_once
from mcuaudit.domain.revocation_list import Entry
from mcuaudit.pkix.anchor_use import AnchorUse
from mcuaudit.pkix.constraints import ConstraintMemo
from mcuaudit.pkix.flaws import Kind
from mcuaudit.pkix.list_issuers import ListIssuer, ListIssuers
from mcuaudit.pkix.names import canonical_name
from mcuaudit.pkix.paths import PathFinder
from mcuaudit.pkix.policy_inputs import PolicyInputs
from mcuaudit.pkix.revocation_lists import RevocationLists
from mcuaudit.pkix.revocation_status import ListProblem
from mcuaudit.pkix.signatures import SignatureCheck, SignatureMemo
from mcuaudit.pkix.stores import Pool, TrustStore, by_subject
from tests.authority import LAST_YEAR, LONG_AGO, NOW, Authority, name, p256_key
from tests.revoking import revocation_list

ROOT_CA = Authority.root("Root", key=p256_key(870))
MIDDLE_CA = ROOT_CA.intermediate("Middle", key=p256_key(871))
SIGNER_CA = ROOT_CA.intermediate("Middle", key=p256_key(872))
"""Another CA certificate of the same name, with the key of the list."""
ROOT, MIDDLE, SIGNER = ROOT_CA.record, MIDDLE_CA.record, SIGNER_CA.record
OTHER_CA = Authority.root("Other", key=p256_key(873))
OTHER = OTHER_CA.record
LIST = decode_list_once(revocation_list(SIGNER_CA))
PATH = (MIDDLE, ROOT)
OLD = {"not_before": LONG_AGO, "not_after": LAST_YEAR}


def issuers(presented=(), store=(ROOT,)) -> ListIssuers:
    pool = Pool(TrustStore(store), [by_subject(presented)], NOW)
    return ListIssuers(PathFinder(pool, SignatureMemo(), PolicyInputs(), ConstraintMemo(), AnchorUse()))


def of(one=LIST, above=PATH, presented=(MIDDLE, SIGNER), store=(ROOT,)):
    return list(issuers(presented, store).of(one, above))


def without_path(why: str, anchor: str = "CN=Root,O=Example", signer: str = "CN=Middle,O=Example") -> ListProblem:
    of_whom = f"the issuer of the CRL of CN=Middle,O=Example, {signer}, has no valid path to the trust anchor {anchor}"
    return ListProblem(Kind.CRL_PATH, f"{of_whom}{why}")


def test_a_certificate_of_the_path_needs_no_path_of_its_own():
    own = decode_list_once(revocation_list(MIDDLE_CA))
    assert of(own) == [ListIssuer(MIDDLE)]
    assert of(own, presented=()) == [ListIssuer(MIDDLE)]
    of_root = decode_list_once(revocation_list(ROOT_CA))
    assert of(of_root) == of(of_root, (ROOT,)) == [ListIssuer(ROOT)]


def test_another_certificate_of_the_issuer_has_its_valid_paths():
    assert of() == [ListIssuer(SIGNER, ((SIGNER, ROOT),))]
    again = Authority.root("Root", key=p256_key(870)).record
    assert of(store=(ROOT, again)) == [ListIssuer(SIGNER, ((SIGNER, ROOT),))], "to the same trust anchor alone"
    assert of(above=(MIDDLE, again), store=(ROOT, again)) == [ListIssuer(SIGNER, ((SIGNER, again),))]


def test_the_trust_anchor_is_its_own_path():
    """It is the anchor of the path, though this has another certificate of it."""
    of_root = decode_list_once(revocation_list(ROOT_CA))
    found = issuers()
    assert found._validated(ROOT, ROOT) == (((ROOT,),), None)
    assert list(found.of(of_root, PATH)) == [ListIssuer(ROOT)]


def test_two_certificates_with_the_key_are_both_issuers():
    again = ROOT_CA.intermediate("Middle", key=p256_key(872)).record
    found = of(presented=(MIDDLE, SIGNER, again))
    assert found == [ListIssuer(one, ((one, ROOT),)) for one in (SIGNER, again)]


def test_who_may_not_sign_lists_is_no_issuer():
    for usage, may in (
        (None, True),
        (("crl_sign",), False),
        (("key_cert_sign",), False),
        (("crl_sign", "key_cert_sign"), True),
    ):
        signer = ROOT_CA.intermediate("Middle", key=p256_key(872), key_usage=usage).record
        problem = ListProblem(Kind.CRL_SIGN, "CN=Middle,O=Example signed the CRL, and its keyUsage lacks cRLSign")
        (found,) = of(presented=(signer,))
        if may:
            assert found == ListIssuer(signer, ((signer, ROOT),))
        else:
            assert (found == problem) is (usage == ("key_cert_sign",))


def test_a_list_without_a_signer():
    assert of(presented=(), above=(ROOT,)) == [
        ListProblem(Kind.CRL_ISSUER, "the certificate of CN=Middle,O=Example, which issued the CRL, is not available")
    ]
    unsigned = "is not signed by the key of an available certificate of its issuer"
    forged = replace(LIST, signature=b"0")
    assert of(forged) == [ListProblem(Kind.CRL_SIGNATURE, f"the CRL of CN=Middle,O=Example {unsigned}")]
    no_key = replace(SIGNER, der=b"\x30\x00", unreadable=("x",), sha256="0", public_key_sha256="0")
    unchecked = ListProblem(Kind.CRL_ALGORITHM, "the signature of the CRL of CN=Middle,O=Example cannot be checked")
    assert of(forged, presented=(no_key,)) == of(forged, presented=(no_key, SIGNER)) == [unchecked]
    assert of(presented=(no_key, SIGNER)) == [ListIssuer(SIGNER, ((SIGNER, ROOT),))]
    assert issuers().signed(LIST, SIGNER) is SignatureCheck.VALID


def test_an_issuer_fits_by_name_key_identifier_and_serial_number():
    for fields, fits in (
        ({}, True),
        ({"issuer": name(" MIDDLE").public_bytes()}, True),
        ({"issuer": name("Other").public_bytes()}, False),
        ({"authority_key_identifier": None}, True),
        ({"authority_key_identifier": b"other"}, False),
        ({"authority_serial_number": SIGNER.serial_number}, True),
        ({"authority_serial_number": SIGNER.serial_number + 1}, False),
    ):
        (found,) = of(replace(LIST, **fields), presented=(SIGNER,))
        assert isinstance(found, ListIssuer) is fits
    other = replace(LIST, issuer=name("Other").public_bytes())
    (found,) = of(other, above=(SIGNER, ROOT), presented=())
    assert (found.kind, isinstance(of(LIST, (SIGNER, ROOT), ())[0], ListIssuer)) == (Kind.CRL_ISSUER, True)
    silent = replace(SIGNER, subject_key_identifier=None)
    assert of(replace(LIST, authority_key_identifier=b"other"), presented=(silent,)) == [
        ListIssuer(silent, ((silent, ROOT),))
    ]


def test_a_signer_without_a_valid_path_says_why():
    expired = ROOT_CA.intermediate("Middle", key=p256_key(872), **OLD).record
    why = (
        ": CN=Middle,O=Example expired on 2025-06-15 at 12:00:00 UTC (OpenSSL error 10: certificate has expired)"
    )  # fmt: skip
    assert of(presented=(expired,)) == [without_path(why)]
    assert of(presented=(expired,), above=(OTHER, MIDDLE, ROOT)) == [without_path(why)]
    elsewhere = OTHER_CA.intermediate("Middle", key=p256_key(872)).record
    untrusted = (
        ": CN=Middle,O=Example is issued by CN=Other,O=Example, which is neither presented with it nor in the trust "
        "store (OpenSSL error 20: unable to get local issuer certificate)"
    )
    assert of(presented=(elsewhere,)) == [without_path(untrusted)]
    # A path to another trust anchor does not count, and has no flaw that could be said.
    assert of(presented=(elsewhere,), store=(ROOT, OTHER)) == [without_path("")]
    assert of(presented=(elsewhere,), store=(ROOT, OTHER), above=(MIDDLE, OTHER)) == [
        ListIssuer(elsewhere, ((elsewhere, OTHER),))
    ]


def test_the_reason_is_that_of_a_path_to_the_same_anchor():
    """There are two paths from the signer: one to the anchor with a flaw, and before it one without to another."""
    good_ca = OTHER_CA.intermediate("Above", key=p256_key(874))
    bad = ROOT_CA.intermediate("Above", key=p256_key(874), **OLD).record
    signer_ca = good_ca.intermediate("Middle", key=p256_key(872))
    signer = signer_ca.record
    presented = (signer, good_ca.record, bad)
    (found,) = of(presented=presented, store=(ROOT, OTHER), above=(MIDDLE, ROOT))
    why = ": CN=Above,O=Example expired on 2025-06-15 at 12:00:00 UTC (OpenSSL error 10: certificate has expired)"
    assert found == without_path(why)
    (found,) = of(presented=presented, store=(ROOT, OTHER), above=(MIDDLE, OTHER))
    assert found == ListIssuer(signer, ((signer, good_ca.record, OTHER),))


def test_a_path_that_is_open_is_not_valid():
    odd = replace(SIGNER, unreadable=("keyUsage",))
    why = ": CN=Middle,O=Example has fields that cannot be read: keyUsage: a field of the certificate cannot be read"
    assert of(presented=(odd,)) == [without_path(why)]


def test_below_an_intermediate_that_is_an_anchor_paths_end_there():
    """The anchor of the path is not self-signed (reading A12)."""
    below = MIDDLE_CA.intermediate("Low", key=p256_key(875))
    low_list = decode_list_once(revocation_list(below))
    again = MIDDLE_CA.intermediate("Low", key=p256_key(876)).record
    assert of(low_list, (again, MIDDLE), (below.record,), (MIDDLE,)) == [
        ListIssuer(below.record, ((below.record, MIDDLE),))
    ]


def test_each_list_and_signer_is_searched_once():
    found = issuers((MIDDLE, SIGNER))
    assert list(found.of(LIST, PATH)) == list(found.of(LIST, PATH))
    assert list(found.of(LIST, (SIGNER, ROOT))) == [ListIssuer(SIGNER)]
    assert len(found._finder.signatures) == len({(SIGNER.sha256, "list"), (SIGNER.sha256, "ca")})


# The lists that there are

DAY = timedelta(days=1)


def crl(sha256, **fields):
    return replace(LIST, **{"sha256": sha256, "entries": {}, "entry_issuers": (), **fields})


def test_lists_are_kept_once_by_issuer_the_newest_first():
    undated, newest = crl("a", this_update=None), crl("b", this_update=NOW)
    numbers = (("z", 9), ("f", 1), ("d", 0), ("e", None))
    numbered = [crl(sha, this_update=NOW - DAY, number=number) for sha, number in numbers]
    for lists in permutations([undated, newest, *numbered]):
        found = RevocationLists([*lists, newest])
        assert found.complete(canonical_name(MIDDLE.subject)) == [undated, newest, *numbered]
        assert len(found) == 6
    assert found.complete(canonical_name(ROOT.subject)) == found.deltas(canonical_name(MIDDLE.subject)) == []


def test_complete_and_delta_lists_and_damaged_files_are_told_apart():
    by_root = crl("r", issuer=ROOT.subject)
    delta, unread = crl("d", base_number=1), crl("u", unreadable=("deltaCRLIndicator",))
    found = RevocationLists([by_root, delta, unread, crl("c")], ["y", "x"])
    assert [one.sha256 for one in found.complete(canonical_name(MIDDLE.subject))] == ["c"]
    assert [one.sha256 for one in found.complete(canonical_name(ROOT.subject))] == ["r"]
    assert {one.sha256 for one in found.deltas(canonical_name(MIDDLE.subject))} == {"d", "u"}
    assert (found.damaged, len(found)) == (("x", "y"), 6)
    assert (len(RevocationLists()), RevocationLists().damaged, len(RevocationLists((), ["x"]))) == (0, (), 1)


def test_an_entry_is_of_the_issuer_and_the_serial_number():
    entry, other, third = Entry(NOW, "superseded"), Entry(NOW - DAY, ""), Entry(None, "")
    one = crl(
        "a",
        entry_issuers=((ROOT.subject,), (OTHER.subject, name(" MIDDLE").public_bytes()), (ROOT.subject,)),
        entries={(0, 7): entry, (1, 7): other, (2, 8): third, (2, 7): third},
    )
    found = RevocationLists([one])

    def entry_of(issuer, serial):
        return found.entry(one, replace(SIGNER, issuer=issuer.subject, serial_number=serial))

    assert [entry_of(ROOT, serial) for serial in (6, 7, 8)] == [None, entry, third]
    assert [entry_of(MIDDLE, serial) for serial in (7, 8)] == [other, None]
    assert [entry_of(OTHER, serial) for serial in (7, 8)] == [other, None]
    assert entry_of(replace(SIGNER, subject=name("No").public_bytes()), 7) is None
