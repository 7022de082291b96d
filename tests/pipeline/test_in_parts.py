"""A fleet audited in parts, by processes, threads and a dask cluster: the frames are those of one process."""

from __future__ import annotations

import multiprocessing
import os
import random
import re
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
import pytest
from distributed import Client, LocalCluster

import mcuaudit
from mcuaudit.frames.schema import AUDIT_FRAMES
from mcuaudit.pipeline import division, in_parts
from mcuaudit.samples.made_fleet import make_fleet
from mcuaudit.system.cluster import cluster_executor
from mcuaudit.system.executors import run_all
from tests.authority import NOW
from tests.clean_export import write_files
from tests.patience import wait_for
from tests.proofs.calls_between_mcus import export
from tests.sampling import so_many

FRAMES = (*AUDIT_FRAMES, "internal_problems")


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that small fleets have several parts."""
    monkeypatch.setattr(in_parts, "WORTH_PARTS", 1)
    monkeypatch.setattr(division, "_FEWEST", 2)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> mcuaudit.Fleet:
    root = tmp_path_factory.mktemp("parts") / "fleet"
    make_fleet(root, 45, 4, seed=2)
    return mcuaudit.read_export(root)


@pytest.fixture(scope="module")
def whole(made: mcuaudit.Fleet) -> mcuaudit.Audit:
    """Its audit, made in one part."""
    return mcuaudit.audit(made, at=NOW)


def same(found: mcuaudit.Audit, expected: mcuaudit.Audit) -> None:
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(found, name), getattr(expected, name))


@contextmanager
def processes() -> Iterator[Executor]:
    """One process: each imports everything, and the cluster has two of them."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield pool


@contextmanager
def threads() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


@contextmanager
def cluster() -> Iterator[Executor]:
    settings = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None, "host": "127.0.0.1"}
    with LocalCluster(**settings) as started, cluster_executor(started.scheduler_address) as executor:
        yield executor


@pytest.mark.parametrize("kind", [processes, threads, cluster])
def test_every_executor_gives_the_same_frames(kind, made: mcuaudit.Fleet, whole: mcuaudit.Audit) -> None:  # type: ignore[no-untyped-def]
    with kind() as executor:
        read = mcuaudit.read_export(made.source, executor=executor)
        said: list[tuple[str, int, int]] = []
        found = mcuaudit.audit(read, at=NOW, executor=executor, progress=lambda *words: said.append(words))
    pd.testing.assert_frame_equal(read.certificates, made.certificates)
    same(found, whole)
    assert ("predicting", 45, 45) in said


@pytest.mark.parametrize("number", range(so_many(2, whole=4)))
def test_calls_between_mcus_of_several_parts_are_the_same(number: int, tmp_path: Path) -> None:
    fleet = mcuaudit.read_export(write_files(tmp_path, export(random.Random(number))))
    with threads() as executor:
        same(mcuaudit.audit(fleet, at=NOW, executor=executor), mcuaudit.audit(fleet, at=NOW))


def test_the_sample_is_the_same_also_with_a_baseline() -> None:
    fleet = mcuaudit.read_export(mcuaudit.sample_directory())
    before = mcuaudit.audit(fleet, at="2026-06-01")
    with threads() as executor:
        found = mcuaudit.audit(fleet, at=NOW, baseline=before, executor=executor)
    same(found, mcuaudit.audit(fleet, at=NOW, baseline=before))


def test_an_audit_in_parts_goes_on_again(made: mcuaudit.Fleet) -> None:
    settings = made.settings.copy()
    place = settings.index[settings["setting"] == "services.http"][7]
    settings.loc[place, "value"] = "true"
    changed = replace(made, settings=settings)
    with threads() as executor:
        again = mcuaudit.audit(made, at=NOW, executor=executor).again(changed)
    same(again, mcuaudit.audit(changed, at=NOW))


def test_parts_have_all_devices_once_and_those_with_one_key_together(made: mcuaudit.Fleet) -> None:
    groups = list(division._groups(made, 5))
    every = [device for group in groups for device in group]
    assert sorted(every) == sorted(made.devices["device_id"])
    assert len(groups) > 5
    keys = made.certificates.set_index("certificate")["public_key"]
    of_device = made.devices.set_index("device_id")["local_certificate"].map(keys).dropna()
    shared = of_device[of_device.duplicated(keep=False)]
    assert len(shared) > 1
    for _, devices in shared.groupby(shared):
        assert sum(bool(group & set(devices.index)) for group in groups) == 1


def test_many_devices_are_audited_in_parts_by_one_process_too(
    made: mcuaudit.Fleet, whole: mcuaudit.Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_parts, "TOO_MANY", 10)
    parts = list[division.Part]()
    monkeypatch.setattr(in_parts, "judge_part", lambda part: (parts.append(part), in_parts_judge(part))[1])
    same(mcuaudit.audit(made, at=NOW), whole)
    assert len(parts) > 4
    alone = [file for part in parts for file in part.files]
    kept = division.Division(made).with_shared_files().placements["file"]
    assert len(alone) == len(set(alone)) >= 2
    assert not set(alone) & set(kept)
    # A damaged store has a file and no placement.
    assert set(alone) | set(kept) >= set(made.placements["file"])
    assert any(file.endswith("trust-store.pem") for file in kept)


in_parts_judge = in_parts.judge_part


def ends_once(item: tuple[str, int]) -> int:
    """Ends its process at the first call, if it is the one that is to."""
    marker, number = item
    assert multiprocessing.parent_process() is not None or Path(marker).exists()
    if number == 2 and not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def test_what_a_killed_worker_had_is_done_here_with_a_word(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    done: list[int] = []
    with processes() as pool:
        found = run_all(pool, ends_once, [(str(tmp_path / "marker"), number) for number in range(6)], done.append)
    assert (tmp_path / "marker").exists()
    assert found == sorted(done) == [0, 1, 4, 9, 16, 25]
    (said,) = caplog.messages
    assert re.search(r"a worker was lost.*does the rest of the work by itself: [1-6] of 6 parts", said)
    assert caplog.records[0].name == "mcuaudit"


def test_a_lost_worker_is_a_line_on_standard_error(tmp_path: Path) -> None:
    program = """
    import os, signal, sys
    from concurrent.futures import ProcessPoolExecutor
    from mcuaudit.system.executors import run_all
    if __name__ == "__main__":
        with ProcessPoolExecutor(1) as pool:
            os.kill(pool.submit(os.getpid).result(), signal.SIGKILL)
            print(run_all(pool, abs, [-1, -2]))
    """
    (tmp_path / "program.py").write_text(textwrap.dedent(program), encoding="utf-8")
    ran = subprocess.run([sys.executable, tmp_path / "program.py"], capture_output=True, text=True, check=True)
    assert ran.stdout == "[1, 2]\n"
    assert ran.stderr.startswith("a worker was lost")


def runs_long(marker: str) -> None:
    Path(marker).touch()
    time.sleep(0.3)


def test_what_still_runs_after_an_interruption_is_handed_over(tmp_path: Path) -> None:
    """The second of two has begun and is in the middle of its work when the first one fails."""
    running: list[Future[None]] = []

    def work(name: str) -> None:
        if name == "fails":
            wait_for((tmp_path / "begun").exists, "the other")
            raise KeyboardInterrupt
        runs_long(str(tmp_path / "begun"))

    with ThreadPoolExecutor(2) as pool, pytest.raises(KeyboardInterrupt):
        run_all(pool, work, ["fails", "runs"], end=running.extend)
    assert len(running) == 1


def fails(number: int) -> int:
    raise ValueError(f"no {number}")


def test_an_error_of_the_work_itself_is_not_tried_again() -> None:
    with threads() as pool, pytest.raises(ValueError, match="no 1"):
        run_all(pool, fails, [1])


def test_a_cluster_that_is_not_there_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcuaudit.system.cluster._SECONDS", 1)
    with (
        pytest.raises(mcuaudit.UsageError, match=r'"tcp://127\.0\.0\.1:9".*dask scheduler'),
        cluster_executor("tcp://127.0.0.1:9"),
    ):
        pass


def test_an_address_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcuaudit.system.cluster._SECONDS", 1)
    words = r'nonsense://here: unknown protocol "nonsense"; expected .*"tcp"'
    with pytest.raises(mcuaudit.UsageError, match=words), cluster_executor("nonsense://here"):
        pass


def test_a_hint_for_a_protocol_leads_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcuaudit.system.cluster._SECONDS", 1)
    with pytest.raises(mcuaudit.UsageError) as refused, cluster_executor("tpc://127.0.0.1:9"):
        pass
    hinted = str(refused.value).partition('Did you mean "')[2].partition('"')[0]
    known = pytest.raises(mcuaudit.UsageError, match="No scheduler of dask answers")
    with known, cluster_executor(f"{hinted}://127.0.0.1:9"):
        pass


def test_workers_of_another_version_and_none_at_all_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as started:
        address = started.scheduler_address
        monkeypatch.setattr("mcuaudit.system.cluster._version_here", lambda name: "0.0.1")
        other = pytest.raises(mcuaudit.UsageError, match=r"has mcuaudit .*this is mcuaudit 0\.0\.1; 1 of 1 workers")
        with other, cluster_executor(address):
            pass
        monkeypatch.setattr("mcuaudit.system.cluster.DECIDING", ("no-such-package",))
        with pytest.raises(mcuaudit.UsageError, match="has no no-such-package"), cluster_executor(address):
            pass
        monkeypatch.setattr("mcuaudit.system.cluster.DECIDING", ())
        elsewhere = pytest.raises(mcuaudit.UsageError, match=r"does not see .*the same file system")
        monkeypatch.setattr(Path, "iterdir", lambda place: iter([place / "another.toml"]))
        with elsewhere, cluster_executor(address, tmp_path):
            pass
        monkeypatch.undo()
        started.scale(0)
        with Client(address) as client:
            client.sync(client.scheduler.retire_workers, workers=list(client.scheduler_info()["workers"]))
        monkeypatch.setattr("mcuaudit.system.cluster._SECONDS", 1)
        with pytest.raises(mcuaudit.UsageError, match=r"has no worker.*dask worker"), cluster_executor(address):
            pass
