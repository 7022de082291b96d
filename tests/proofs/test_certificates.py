"""A sample of the proof about certificates."""

from __future__ import annotations

import pytest

from tests.proofs import certificates

# Parts of pyOpenSSL are on their way out; nothing else in Python loads what OpenSSL loads.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def test_a_sample_holds() -> None:
    counts = certificates.prove(1, range(certificates.SAMPLE))
    print(certificates.CLAIM, dict(counts))
    assert counts["certificates"] == certificates.SAMPLE * certificates.EACH
    read = counts["read whole"] + counts["read but for fields"]
    assert read + counts["refused"] == counts["certificates"]
    assert read >= counts["OpenSSL reads"]
    assert counts["read but for fields"] > 20
    assert counts["path pass, OpenSSL accepts"] > 20
    assert counts["path open, OpenSSL refuses"] > 5


def test_with_all_cases_every_field_is_broken_in_every_way() -> None:
    cells = (len(certificates.FIELDS) + len(certificates.EXTENSIONS)) * len(certificates.WAYS)
    assert 3 * cells <= certificates.SIZE * (certificates.EACH - 8)
    assert certificates.SIZE * certificates.EACH > 5_000
    assert len(certificates.WAYS) >= 3
    assert set(certificates.EXTENSIONS) == {*certificates._VALUES} | {
        name for name in certificates.EXTENSIONS if certificates.value_of(certificates.LEAF.der, name) is not None
    }
