"""A sample of the proof that policy processing agrees with the tree of RFC 5280 and with OpenSSL."""

from __future__ import annotations

import pytest

from tests.proofs.policies import SAMPLE, prove


def test_policies_agree_with_the_tree_and_with_openssl(capsys: pytest.CaptureFixture[str]) -> None:
    counts = prove(1, range(SAMPLE))
    with capsys.disabled():
        print(f"\ncertificate policies: {dict(sorted(counts.items()))}")
    assert counts["paths against the tree"] >= 60 * SAMPLE
    assert min(counts[f"tree: {kind}"] for kind in ("valid", "no_explicit_policy")) >= 15 * SAMPLE
    assert counts["tree: policy_mapping"] >= SAMPLE // 5
    assert counts["certificates evaluated both ways"] == SAMPLE
    assert min(counts["OpenSSL accepts"], counts["OpenSSL refuses"]) >= SAMPLE // 4
