"""What holds whatever the certificates, stores and settings: found by Hypothesis, the same examples in each run.

For `validate`: another trust anchor never takes a pass away, and no order matters. For a whole export: neither the
order of its files nor that of the certificates in a file matters, and a stricter setting never mends anything.
"""

from __future__ import annotations

import copy
import itertools
import os
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import mcuaudit
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.pkix import PathOutcome
from mcuaudit.predict.prediction import predict_fleet
from tests.authority import NOW, Authority, Issued, rsa_key
from tests.clean_export import DEVICE, ELSEWHERE, ROOT, CleanExport
from tests.oracles.situations import cross_signed, loops, rollover, several_keys, themselves
from tests.rules.breakages import EXPIRED_CA, FAILS, OPENS, Break
from tests.sampling import so_many

PASS, FAIL = Outcome.PASS.value, Outcome.FAIL.value


def examples(number: int) -> settings:
    """So many examples, the same in each run; the first that fails is shown as it is, to shrink it could take long."""
    return settings(
        max_examples=number,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
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

    @examples(so_many(60, whole=500))
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

BREAKAGES: dict[str, Break] = {
    **{f"{code} fails": found for code, found in FAILS.items()},
    **{f"{code} is open": found for code, found in OPENS.items()},
}
OF_PATHS = ("MCU301 fails", "MCU302 fails", "MCU411 fails", "MCU502 fails", "MCU505 fails", "MCU506 fails")
"""Those that stop the MCU's own verification; one of them is in every example."""

broken_things = st.tuples(
    st.sampled_from(OF_PATHS), st.lists(st.sampled_from(sorted(BREAKAGES)), max_size=2, unique=True)
).map(lambda drawn: list(dict.fromkeys((drawn[0], *drawn[1]))))

STORES = (f"{DEVICE}/sip-trust-store.pem", f"{DEVICE}/https-trust-store.pem", "peers/trusted.pem")
CHAINS = (f"{DEVICE}/local-certificate.pem", "peers/room.pem")
SECOND_ISSUING = ROOT.intermediate("Example Second CA", key=rsa_key(10))
MORE_AUTHORITIES: tuple[Authority, ...] = (ELSEWHERE, EXPIRED_CA, SECOND_ISSUING)
_END = b"-----END CERTIFICATE-----\n"


def broken(names: list[str]) -> CleanExport:
    """The clean export with these things broken, and more authorities in its stores and chains."""
    export = CleanExport()
    for name in names:
        BREAKAGES[name](export)
    for name in (*STORES, *CHAINS):
        content = export.files[name]
        if content:
            export.files[name] = content + b"".join(one.pem for one in MORE_AUTHORITIES)
    return export


def in_another_order(export: CleanExport, dice: random.Random) -> CleanExport:
    """The same export with its peers, files and certificates in another order; an end entity stays the first."""
    other = copy.deepcopy(export)
    for name, content in export.files.items():
        if content and _END in content:
            blocks = [block + _END for block in content.split(_END) if block.strip()]
            first = 0 if name in STORES else 1
            other.files[name] = b"".join((*blocks[:first], *dice.sample(blocks[first:], len(blocks) - first)))
    other.files = dict(dice.sample(list(other.files.items()), len(other.files)))
    other.peers = dict(dice.sample(list(other.peers.items()), len(other.peers)))
    return other


def connections(export: CleanExport) -> pd.DataFrame:
    """The frame `connections` of an export, by connection; rules and findings are left out, as they take longest."""
    with tempfile.TemporaryDirectory() as directory:
        fleet = mcuaudit.read_export(export.write(Path(directory)))
        return predict_fleet(fleet, NOW).connections.set_index("connection_id").sort_index()


def _walking(dice: random.Random) -> Callable[..., Iterator[Any]]:
    """A walk that comes upon files and directories in any order."""
    walk = os.walk

    def walked(*arguments: Any, **options: Any) -> Iterator[Any]:
        for directory, subdirectories, names in walk(*arguments, **options):
            dice.shuffle(subdirectories)
            dice.shuffle(names)
            yield directory, subdirectories, names

    return walked


def test_no_order_of_files_or_certificates_changes_a_connection(score: Callable[[str], None]) -> None:
    counted: Counter[str] = Counter()

    @examples(so_many(5, whole=20))
    @given(broken_things, DICE)
    def holds(names: list[str], dice: random.Random) -> None:
        export = broken(names)
        before = connections(export)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "walk", _walking(dice))
            after = connections(in_another_order(export, dice))
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


def tightened(export: CleanExport, dice: random.Random) -> Iterator[pd.DataFrame]:
    """The connections with the laxest settings, then with one setting after the other a step stricter."""
    table = export.settings["ssl_certificates"]
    steps = [key for key, labels in STRICTNESS.items() for _ in labels[1:]]
    table.update({key: labels[0] for key, labels in STRICTNESS.items()})
    yield connections(export)
    for key in dice.sample(steps, len(steps)):
        labels = STRICTNESS[key]
        table[key] = labels[labels.index(table[key]) + 1]
        yield connections(export)


def test_a_stricter_setting_never_mends_trust_or_identity(score: Callable[[str], None]) -> None:
    counted: Counter[str] = Counter()

    @examples(6)
    @given(broken_things, DICE)
    def holds(names: list[str], dice: random.Random) -> None:
        # Each of these frames is of stricter settings than any before it.
        for lax, strict in itertools.combinations(tightened(broken(names), dice), 2):
            # The OCSP server is asked, and so has a row of its own, from the second level on.
            lax, strict = (frame[frame["connection_type"] != "ocsp_server"] for frame in (lax, strict))
            assert list(lax.index) == list(strict.index)
            for column in ("mcu_trust", "mcu_identity"):
                both = list(zip(lax[column], strict[column], strict=True))
                assert (FAIL, PASS) not in both, column
                counted.update(f"{one} then {other}" for one, other in both if FAIL in (one, other))

    holds()
    score(f"properties, stricter setting: {counted.total()} pairs with a failure {dict(sorted(counted.items()))}")
    assert counted["fail then fail"] > 5
    assert counted["notApplicable then fail"] > 5


def test_what_is_put_in_another_order_is_more_than_one() -> None:
    """The property about order would be empty otherwise."""
    export = broken([])
    assert all((export.files[name] or b"").count(_END) == 2 + len(MORE_AUTHORITIES) for name in (*STORES, *CHAINS))
