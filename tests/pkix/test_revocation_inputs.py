"""Revocation lists as a caller has them, and what is said of what is none."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from mcuaudit.decode.revocation_list import decode_list_once
from mcuaudit.errors import UsageError
from mcuaudit.pkix import revocation_inputs
from mcuaudit.pkix.revocation_inputs import checked_use, revocation_lists_from
from tests.authority import Authority, p256_key
from tests.revoking import revocation_list

ROOT = Authority.root("Root", key=p256_key(920))
ONE, OTHER = (revocation_list(ROOT, number=number) for number in (1, 2))
PEM = [x509.load_der_x509_crl(der).public_bytes(Encoding.PEM) for der in (ONE, OTHER)]
EXPECTED = "expected a certificate revocation list (CRL) in PEM or DER"
TYPES = "expected a path, PEM or DER as bytes, PEM as text, or a CRL of the package cryptography."


def shas(sources):
    return [one.sha256 for one in revocation_lists_from(sources)]


def refusal(sources, *argument) -> str:
    with pytest.raises(UsageError) as refused:
        revocation_lists_from(sources, *argument)
    return str(refused.value)


FIRST, SECOND = (decode_list_once(der).sha256 for der in (ONE, OTHER))


def test_lists_are_given_in_every_form_alone_or_in_a_row(tmp_path):
    file = tmp_path / "a.crl"
    file.write_bytes(PEM[0])
    for form in (ONE, PEM[0], PEM[0].decode(), file, str(file), x509.load_der_x509_crl(ONE)):
        assert shas(form) == shas([form]) == [FIRST]
        assert shas([form, OTHER, form]) == [FIRST, SECOND, FIRST]
    assert shas([decode_list_once(ONE)]) == [FIRST]
    assert shas(PEM[0] + PEM[1]) == shas(iter(PEM)) == [FIRST, SECOND]
    assert shas([]) == shas(()) == []


def test_what_is_of_another_type_is_named():
    assert refusal(7) == f"crls is of the type int; {TYPES}"
    assert refusal([ONE, 7], "lists") == f"lists is of the type int; {TYPES}"
    assert refusal([None]) == f"crls is of the type NoneType; {TYPES}"


def test_what_holds_no_list_is_said(tmp_path):
    file = tmp_path / "a.pem"
    file.write_bytes(ROOT.pem)
    assert refusal(file).endswith(f"a.pem: there is no CRL in it; {EXPECTED}.")
    assert refusal([ROOT.pem]).endswith(f": there is no CRL in it; {EXPECTED}.")


def test_a_list_that_cannot_be_read_is_said_with_its_place(tmp_path):
    file = tmp_path / "b.crl"
    file.write_bytes(PEM[0] + b"-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n")
    assert "b.crl" in refusal(file)
    assert refusal(file).endswith(f"; {EXPECTED}.")
    file.write_bytes(PEM[0] + b"-----BEGIN X509 CRL-----\n!\n-----END X509 CRL-----\n")
    assert "PEM block 2" in refusal(file)
    assert refusal(file).endswith(f"; {EXPECTED}.")


def test_a_private_key_beside_a_list_is_passed_over():
    assert shas(PEM[0] + ROOT.key_pem) == [FIRST]


def test_as_many_lists_as_the_limit_are_read():
    assert revocation_inputs._MOST == 100_000


def test_a_use_is_one_of_three_words():
    for use in ("ignore", "use", "require"):
        assert checked_use(use) is None
    with pytest.raises(UsageError, match=r'revocation.*"ignore", "use" or "require"'):
        checked_use("Use")
