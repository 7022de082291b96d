"""extendedKeyUsage and keyUsage for TLS server and client, as OpenSSL decides it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mcuaudit.domain.outcome import Outcome
from mcuaudit.errors import UsageError
from mcuaudit.pkix import purpose_outcome, validate
from tests.authority import NOW, Authority, p256_key

KEY = p256_key(610)


def chain(leaf=None, issuing=None, root=None, usage=()):
    top = Authority.root("Root", key=KEY, purposes=root)
    middle = top.intermediate("Issuing", key=KEY, purposes=issuing)
    return middle.leaf("mcu", key=KEY, purposes=leaf, key_usage=usage), middle, top


@pytest.mark.parametrize(
    ("wishes", "purpose", "failed_at"),
    [
        ({}, "serverAuth", None),
        ({"leaf": ["serverAuth"]}, "serverAuth", None),
        ({"leaf": ["serverAuth"]}, "clientAuth", 0),
        ({"leaf": ["clientAuth", "serverAuth"]}, "clientAuth", None),
        ({"leaf": ["any"]}, "serverAuth", 0),
        ({"leaf": ["any", "serverAuth"]}, "serverAuth", None),
        ({"leaf": ["sipDomain"]}, "serverAuth", 0),
        ({"issuing": ["clientAuth"]}, "serverAuth", 1),
        ({"issuing": ["any"]}, "clientAuth", 1),
        ({"root": ["codeSigning"]}, "clientAuth", 2),
        ({"usage": ("digital_signature",)}, "clientAuth", None),
        ({"usage": ("key_encipherment",)}, "serverAuth", None),
        ({"usage": ("key_encipherment",)}, "clientAuth", 0),
        ({"usage": ("key_agreement",)}, "clientAuth", None),
        ({"usage": ("content_commitment",)}, "serverAuth", 0),
        ({"usage": None}, "serverAuth", None),
    ],
)
def test_purpose_of_a_path_and_of_validation(wishes, purpose, failed_at):
    path = chain(**wishes)
    asked = purpose_outcome(tuple(one.record for one in path), purpose)
    found = validate(path[0].der, presented=[path[1].der], anchors=[path[2].der], purpose=purpose, at=NOW)
    trust = validate(path[0].der, presented=[path[1].der], anchors=[path[2].der], at=NOW)
    assert trust.outcome == Outcome.PASS, "without a purpose extendedKeyUsage is not asked for"
    if failed_at is None:
        assert (asked.outcome, asked.certificate, found.outcome) == (Outcome.PASS, None, Outcome.PASS)
    else:
        assert (asked.outcome, asked.certificate) == (Outcome.FAIL, path[failed_at].record)
        assert (found.outcome, found.openssl_error) == (Outcome.FAIL, 26)
        assert found.failed_at == path[failed_at].record.sha256


def test_what_is_lacking_is_told():
    path = tuple(one.record for one in chain(leaf=["any"]))
    found = purpose_outcome(path, "clientAuth")
    assert (found.lacking, found.any_purpose, found.unlimited) == ("extendedKeyUsage", True, False)
    assert "anyExtendedKeyUsage" in found.reason
    usage = purpose_outcome(tuple(one.record for one in chain(usage=("key_encipherment",))), "clientAuth")
    assert (usage.lacking, usage.any_purpose, usage.unlimited) == ("keyUsage", False, True)
    assert "keyEncipherment" in usage.reason


def test_another_purpose_is_refused():
    with pytest.raises(UsageError, match="unknown purpose"):
        purpose_outcome((), "codeSigning")


def test_an_extension_that_cannot_be_read_says_nothing_of_any_purpose():
    path = chain()
    damaged = replace(path[0].record, unreadable=("extKeyUsage",))
    found = purpose_outcome((damaged, *(one.record for one in path[1:])), "serverAuth")
    assert (found.outcome, found.certificate, found.lacking, found.any_purpose) == (
        Outcome.OPEN, damaged, "extendedKeyUsage", False,
    )  # fmt: skip
