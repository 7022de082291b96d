"""No hostile file ends an audit, or costs a good device a row: each alone, all together, and within its budget."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

import mcuaudit
from mcuaudit import UsageError
from mcuaudit.collect.entry import artefact_of
from mcuaudit.decode.batch import SMALL, decode_files, may_be_read_later
from mcuaudit.gather.file_content import content_of_heap_file
from mcuaudit.gather.list_file import listed_devices
from mcuaudit.policy.schema import Limits
from mcuaudit.system.limited_worker import IN_FORCE, LimitedWorker, Overrun
from tests.clean_export import NOW, ROOT
from tests.hostile.hostile_export import GOOD, apart, cut, lost_rows, read, rows_of_good, write_good
from tests.hostile.hostile_files import HEAP_FILES, INPUTS, LISTS, Hostile
from tests.sampling import so_many

_ALONE = random.Random(1).sample(sorted(INPUTS), so_many(20, whole=60))
"""Those that are read alone here; together all are, and `make hostile` reads each alone."""
_WITHOUT_RIGHTS = "a file without rights"


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, pd.DataFrame]:
    """The rows of the good devices without any hostile file."""
    root = tmp_path_factory.mktemp("good")
    write_good(root)
    fleet = read(root)
    assert fleet.problems.empty
    return rows_of_good(fleet)


def test_there_are_enough() -> None:
    assert len(INPUTS) >= 120


@pytest.mark.parametrize("name", _ALONE)
def test_alone(name: str, expected: Mapping[str, pd.DataFrame], tmp_path: Path) -> None:
    """The beginning of each; the whole of each is read by `make hostile`."""
    if name == _WITHOUT_RIGHTS and os.geteuid() == 0:
        pytest.skip("the account may read every file")
    write_good(tmp_path)
    cut(INPUTS[name]).write(tmp_path)
    fleet = read(tmp_path)
    assert lost_rows(fleet, expected) == []
    assert not INPUTS[name].said or not fleet.problems.empty


@pytest.mark.parametrize(
    "name", ["settings: a key of 100,000 parts", "csv: 100,000 columns", "store: 6,000 certificates in a PKCS#7"]
)
def test_whole(name: str, expected: Mapping[str, pd.DataFrame], tmp_path: Path) -> None:
    """Some that are read in a worker."""
    write_good(tmp_path)
    INPUTS[name].write(tmp_path)
    fleet = read(tmp_path)
    assert lost_rows(fleet, expected) == []
    assert any(INPUTS[name].said in reason for reason in fleet.problems["reason"])


def test_all_together(expected: Mapping[str, pd.DataFrame], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = tmp_path / "good"
    write_good(good)
    alone = mcuaudit.audit(read(good), at=NOW)
    both = tmp_path / "both"
    write_good(both)
    for one in apart({name: cut(one) for name, one in INPUTS.items()}).values():
        one.write(both)
    fleet = read(both)
    assert lost_rows(fleet, expected) == []
    result = mcuaudit.audit(fleet, at=NOW)
    lost = 0
    for frame in ("connections", "administration"):
        mine, before = (getattr(one, frame) for one in (result, alone))
        mine = mine[mine["device_id"].isin(GOOD)].reset_index(drop=True)
        lost += int(not mine.equals(before))
    assert lost == 0
    with capsys.disabled():
        print(f"\nhostile inputs: {len(INPUTS)}, problems: {len(fleet.problems)}, good rows lost: {lost}")


def _decoded(directory: Path, name: str, data: bytes, **limits: int) -> tuple[object, list[str]]:
    path = directory / "oslo" / "mcu-x" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    (found,) = decode_files([artefact_of(path, directory, ("oslo", "mcu-x"))], Limits(**limits))
    return found.content, [problem.reason for problem in found.problems]


def test_a_large_file_is_read_in_a_worker_as_a_small_one_is_here(tmp_path: Path) -> None:
    small = ROOT.pem + b"# a remark\n"
    large = ROOT.pem + b"# a remark\n" * (SMALL // 11)
    here, there = (_decoded(tmp_path, "https-trust-store.pem", data) for data in (small, large))
    assert here == there
    assert here[1] == []


@pytest.mark.skipif(not IN_FORCE, reason="the system has no such limits")
@pytest.mark.parametrize(
    ("limits", "said"), [({"seconds_per_file": 1}, "seconds_per_file"), ({"memory": 1 << 24}, "[limits] memory")]
)
def test_a_file_over_its_budget_is_a_problem_and_the_others_are_read(
    limits: dict[str, int], said: str, tmp_path: Path
) -> None:
    slow = b"[device]\n" + b"".join(b"key_%d = [%s]\n" % (n, b"1, " * 300) for n in range(4_000))
    path = tmp_path / "oslo" / "mcu-x"
    path.mkdir(parents=True)
    (path / "settings.toml").write_bytes(slow)
    (path / "https-trust-store.pem").write_bytes(ROOT.pem + b"# a remark\n" * (SMALL // 11))
    artefacts = [
        artefact_of(path / name, tmp_path, ("oslo", "mcu-x")) for name in ("settings.toml", "https-trust-store.pem")
    ]
    over, other = decode_files(artefacts, Limits(**limits))
    assert over.content is None
    assert [said in problem.reason for problem in over.problems] == [True]
    # So that another run reads it again, when the machine may have more time.
    assert may_be_read_later(over.problems)
    assert not may_be_read_later(other.problems)
    assert other.content is not None
    assert other.problems == ()


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_devices(name: str, tmp_path: Path) -> None:
    """The whole of each: it ends, with devices or with a reason."""
    LISTS[name].write(tmp_path)
    if LISTS[name].said:
        with pytest.raises(UsageError, match=LISTS[name].said):
            listed_devices(tmp_path / "devices")
    else:
        assert [one.device_id for one in listed_devices(tmp_path / "devices").devices] == ["leeds/m"]


def test_a_file_of_a_heap() -> None:
    """Each takes no more than some seconds of the processor, and holds nothing."""
    with LimitedWorker(5, 1 << 30, content_of_heap_file) as worker:
        found = {name: worker.call(content_of_heap_file, one.octets, 100) for name, one in HEAP_FILES.items()}
    assert [name for name, one in found.items() if isinstance(one, Overrun) or one.typed or one.certificates] == []


def test_each_hostile_file_says_why() -> None:
    assert all(
        isinstance(one, Hostile) and one.why for one in (*INPUTS.values(), *LISTS.values(), *HEAP_FILES.values())
    )
