"""What holds whatever the certificates, stores and settings: found by Hypothesis, the same examples in each run.

For `validate`: another trust anchor never takes a pass away, and no order matters. For a whole export: neither the
order of its files nor that of the certificates in a file matters, and a stricter setting never mends anything.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mcuaudit
from mcuaudit.model import Outcome
from mcuaudit.pkix import PathOutcome
from mcuaudit.vocabulary import SETTING_BY_KEY
from tests.authority import NOW, Authority, Issued, rsa_key
from tests.clean_export import DEVICE, ELSEWHERE, ISSUING, ROOT, CleanExport
from tests.oracles.situations import cross_signed, loops, rollover, several_keys, themselves
from tests.rules.breakages import EXPIRED_CA, FAILS, OPENS, Break

PASS, FAIL = Outcome.PASS.value, Outcome.FAIL.value


def examples(number: int) -> settings:
    """So many examples, the same in each run."""
    return settings(
        max_examples=number, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )


# --- Certification paths ----------------------------------------------------------------------------------------


def _families() -> list[tuple[list[Issued], list[Issued]]]:
    """End entities with CA certificates that share names and keys with theirs, of one kind of situation each."""
    found = []
    for make in (several_keys, cross_signed, loops, rollover, themselves):
        end_entities: dict[bytes, Issued] = {}
        others: dict[bytes, Issued] = {}
        for scenario in make(random.Random(0)):
            end_entities[scenario.end_entity.der] = scenario.end_entity
            for one in (*scenario.presented, *scenario.store, *scenario.known):
                others[one.der] = one
        found.append((list(end_entities.values()), list(others.values())))
    return found


FAMILIES = _families()
DICE = st.randoms(use_true_random=False)
ROLES = st.sampled_from((None, "serverAuth", "clientAuth"))


@st.composite
def questions(draw: st.DrawFn) -> tuple[Issued, dict[str, list[bytes]], bytes, Any]:
    """An end entity, what is presented, known and trusted, one more certificate, and the purpose."""
    end_entities, others = draw(st.sampled_from(FAMILIES))
    certificates = [one.der for one in (*others, *end_entities)]
    few = st.lists(st.sampled_from(certificates), max_size=5, unique=True)
    given_ones = {"presented": draw(few), "known": draw(few), "anchors": draw(few)}
    return draw(st.sampled_from(end_entities)), given_ones, draw(st.sampled_from(certificates)), draw(ROLES)


def judge(end_entity: Issued, certificates: dict[str, list[bytes]], purpose: Any) -> PathOutcome:
    return mcuaudit.validate(end_entity.der, **certificates, purpose=purpose, at=NOW)


def test_another_trust_anchor_never_takes_a_pass_away(score: Callable[[str], None]) -> None:
    counted: Counter[str] = Counter()

    @examples(500)
    @given(questions())
    def holds(question: tuple[Issued, dict[str, list[bytes]], bytes, Any]) -> None:
        end_entity, certificates, another, purpose = question
        before = judge(end_entity, certificates, purpose)
        more = {**certificates, "anchors": [*certificates["anchors"], another]}
        after = judge(end_entity, more, purpose)
        assert before.outcome != Outcome.PASS or after.outcome == Outcome.PASS
        counted[f"{before.outcome} then {after.outcome}"] += 1

    holds()
    score(f"properties, another trust anchor: {counted.total()} examples {dict(sorted(counted.items()))}")
    assert counted["pass then pass"] > 20
    assert counted["fail then pass"] > 5


def test_no_order_of_certificates_changes_a_path(score: Callable[[str], None]) -> None:
    counted: Counter[str] = Counter()

    @examples(500)
    @given(questions(), DICE)
    def holds(question: tuple[Issued, dict[str, list[bytes]], bytes, Any], dice: random.Random) -> None:
        end_entity, certificates, _, purpose = question
        before = judge(end_entity, certificates, purpose)
        shuffled = {name: dice.sample(found, len(found)) for name, found in certificates.items()}
        assert judge(end_entity, shuffled, purpose) == before
        counted[str(before.outcome)] += 1

    holds()
    score(f"properties, order of certificates: {counted.total()} examples {dict(sorted(counted.items()))}")
    assert set(counted) == {"pass", "open", "fail"}


# --- Exports ----------------------------------------------------------------------------------------------------

BREAKAGES: list[Break] = [*FAILS.values(), *OPENS.values()]
breakages = st.lists(st.sampled_from(range(len(BREAKAGES))), max_size=3, unique=True)

STORES = (f"{DEVICE}/sip-trust-store.pem", f"{DEVICE}/https-trust-store.pem", "peers/trusted.pem")
SECOND_ISSUING = ROOT.intermediate("Example Second CA", key=rsa_key(10))
MORE_AUTHORITIES: tuple[Authority, ...] = (ELSEWHERE, EXPIRED_CA, SECOND_ISSUING)
_END = b"-----END CERTIFICATE-----\n"


def broken(numbers: list[int]) -> CleanExport:
    """The clean export with these things broken, and more authorities in its stores and chains."""
    export = CleanExport()
    for number in numbers:
        BREAKAGES[number](export)
    for name, content in export.files.items():
        if content and (name in STORES or name.endswith(("local-certificate.pem", "room.pem"))):
            export.files[name] = content + b"".join(one.pem for one in MORE_AUTHORITIES)
    return export


def shuffled(export: CleanExport, dice: random.Random) -> CleanExport:
    """The same export with the certificates of its files in another order, each end entity still first."""
    for name, content in export.files.items():
        if content and _END in content:
            blocks = [block + _END for block in content.split(_END) if block.strip()]
            first = 0 if name in STORES else 1
            export.files[name] = b"".join((*blocks[:first], *dice.sample(blocks[first:], len(blocks) - first)))
    export.files = dict(dice.sample(list(export.files.items()), len(export.files)))
    export.peers = dict(dice.sample(list(export.peers.items()), len(export.peers)))
    return export


def connections(export: CleanExport) -> pd.DataFrame:
    """The frame `connections` of an export, by connection."""
    with tempfile.TemporaryDirectory() as directory:
        frame = export.audit(Path(directory) / "export").connections
    return frame.sort_values("connection_id").reset_index(drop=True)


def _walk_in_any_order(dice: random.Random) -> Callable[..., Iterator[Any]]:
    walk = os.walk

    def walked(*arguments: Any, **options: Any) -> Iterator[Any]:
        for directory, subdirectories, names in walk(*arguments, **options):
            dice.shuffle(subdirectories)
            dice.shuffle(names)
            yield directory, subdirectories, names

    return walked


def test_no_order_of_files_or_certificates_changes_a_connection(score: Callable[[str], None]) -> None:
    counted: Counter[str] = Counter()

    @examples(25)
    @given(breakages, DICE)
    def holds(numbers: list[int], dice: random.Random) -> None:
        before = connections(broken(numbers))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "walk", _walk_in_any_order(dice))
            after = connections(shuffled(broken(numbers), dice))
        pd.testing.assert_frame_equal(before, after)
        counted.update(before["outcome"])

    holds()
    score(f"properties, order of files: {counted.total()} connections {dict(sorted(counted.items()))}")
    assert {"pass", "open", "fail"} <= set(counted)


STRICTNESS = {
    key: SETTING_BY_KEY[f"ssl_certificates.{key}"].labels
    for key in ("verification_settings", "client_certificate_security", "server_certificate_security")
}
"""The labels of each setting as the device lists them, the laxest first."""


@st.composite
def tightened(draw: st.DrawFn) -> tuple[str, str, str]:
    """A setting, a value of it, and a stricter one."""
    key = draw(st.sampled_from(sorted(STRICTNESS)))
    labels = STRICTNESS[key]
    lax = draw(st.integers(0, len(labels) - 2))
    return key, labels[lax], labels[draw(st.integers(lax + 1, len(labels) - 1))]


def test_a_stricter_setting_never_mends_trust_or_identity(score: Callable[[str], None]) -> None:
    counted: Counter[str] = Counter()

    def with_setting(numbers: list[int], key: str, value: str) -> pd.DataFrame:
        export = broken(numbers)
        export.settings["ssl_certificates"][key] = value
        return connections(export).set_index("connection_id")

    @examples(25)
    @given(breakages, tightened())
    def holds(numbers: list[int], change: tuple[str, str, str]) -> None:
        key, lax, strict = change
        before, after = with_setting(numbers, key, lax), with_setting(numbers, key, strict)
        assert list(before.index) == list(after.index)
        for column in ("mcu_trust", "mcu_identity"):
            both = list(zip(before[column], after[column], strict=True))
            assert (FAIL, PASS) not in both, (column, change)
            counted.update(f"{one} then {other}" for one, other in both if FAIL in (one, other))

    holds()
    score(f"properties, stricter setting: failures {dict(sorted(counted.items()))}")
    assert counted["fail then fail"] > 5
    assert counted["notApplicable then fail"] > 5


def test_the_stores_that_are_shuffled_hold_several_certificates() -> None:
    """The property about order would be empty otherwise."""
    export = broken([])
    assert all((export.files[name] or b"").count(_END) == 2 + len(MORE_AUTHORITIES) for name in STORES)
    assert ISSUING.pem in (export.files[STORES[0]] or b"")
