"""A sample of the proof that no broken value is as if it were not there."""

from __future__ import annotations

import collections

import pytest

from tests.proofs.values_read_or_damaged import SAMPLE, prove


def test_no_broken_value_is_as_if_it_were_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    counts = prove(1, range(SAMPLE))
    with capsys.disabled():
        print(f"\nvalues read or damaged: {dict(sorted(counts.items()))}")
    assert counts.total() == SAMPLE
    kinds: collections.Counter[str] = collections.Counter()
    for name, count in counts.items():
        kinds[name.split()[0]] += count
    assert min(kinds[kind] for kind in ("settings_toml", "settings_table", "peers_toml", "response")) >= SAMPLE // 10
    assert sum(count for name, count in counts.items() if name.endswith("damaged")) >= SAMPLE // 4
