"""The line of a long call in a notebook, in a real kernel: there while it runs, gone when it is done."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager

import mcuaudit.system.progress
from mcuaudit.system.progress import _Line, progress_words, shows_progress
from tests.clean_export import CleanExport
from tests.patience import GENEROUS

Message = dict[str, Any]


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlockingKernelClient]:
    """A kernel such as JupyterLab starts, in which nothing is too quick for a line."""
    manager = KernelManager()
    manager.start_kernel(cwd=str(tmp_path_factory.mktemp("kernel")))
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=GENEROUS)
    run(client, "import mcuaudit, mcuaudit.system.progress as line\nline.AFTER = line.EVERY = 0\n", by_hand=False)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run(client: BlockingKernelClient, code: str, *, by_hand: bool) -> list[Message]:
    """What a cell shows, run by a person, or as nbclient, papermill and nbconvert run it."""
    shown: list[Message] = []
    answer = client.execute_interactive(
        code, allow_stdin=by_hand, timeout=GENEROUS, stdin_hook=print, output_hook=shown.append
    )
    assert answer["content"]["status"] == "ok", answer
    return [one for one in shown if one["msg_type"] in ("display_data", "update_display_data", "stream", "error")]


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> str:
    export = CleanExport().write(tmp_path_factory.mktemp("export"))
    return (
        f"audit = mcuaudit.audit(mcuaudit.read_export({str(export)!r}), at='2026-11-23')\n"
        "change = mcuaudit.SetSetting('services.http', True)\n"
        "audit.readiness(), audit.plan(change), audit.remedies(), mcuaudit.deadlines(audit), mcuaudit.csr_config(audit)"
    )


def test_a_call_by_hand_has_a_line_that_disappears(kernel: BlockingKernelClient, code: str) -> None:
    shown = run(kernel, code, by_hand=True)
    lines: dict[str, list[Message]] = {}
    for one in shown:
        lines.setdefault(one["content"]["transient"]["display_id"], []).append(one)
    stages = []
    for states in lines.values():
        assert [one["msg_type"] for one in states[:1]] == ["display_data"]
        assert {one["msg_type"] for one in states[1:]} == {"update_display_data"}
        *before, last = (one["content"]["data"] for one in states)
        assert last == {}
        assert all(
            re.fullmatch(r"[a-z ]+: \d+ of \d+(, [\d.,e+]+/s, \d+:\d\d remaining)?", one["text/plain"])
            for one in before
        )
        assert all("<progress" in one["text/html"] for one in before)
        stages.append([one["text/plain"].partition(":")[0] for one in before])
    assert [list(dict.fromkeys(one)) for one in stages] == [
        ["reading"], ["predicting", "evaluating rules"], ["readiness"], ["steps"], ["deadlines"], ["requests"]
    ]  # fmt: skip


def test_a_notebook_that_a_program_runs_has_none(kernel: BlockingKernelClient, code: str) -> None:
    assert run(kernel, code, by_hand=False) == []


def test_with_a_function_of_its_own_a_call_has_no_line(kernel: BlockingKernelClient, code: str) -> None:
    run(kernel, code, by_hand=False)
    assert run(kernel, "audit.readiness(progress=lambda *_: None);", by_hand=True) == []


def test_a_line_goes_with_an_error(kernel: BlockingKernelClient) -> None:
    code = (
        "@line.shows_progress\n"
        "def fails(*, progress=None):\n"
        "    progress('failing', 1, 2)\n"
        "    raise KeyboardInterrupt\n"
        "for _ in range(2):\n"
        "    try:\n"
        "        fails()\n"
        "    except KeyboardInterrupt:\n"
        "        pass\n"
    )
    states = [one["content"]["data"].get("text/plain", "") for one in run(kernel, code, by_hand=True)]
    assert [one.partition(",")[0] for one in states] == ["failing: 1 of 2", "", "failing: 1 of 2", ""]


def test_what_is_quick_has_no_line_and_what_is_long_few(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(mcuaudit.system.progress.time, "monotonic", lambda: now)
    told: list[dict[str, str]] = []
    line = _Line(lambda **words: told.append(words["data"]))
    for done in range(100):
        line("reading", done, 1000)
        now += 0.009
    assert told == []
    for done in range(100, 200):
        line("reading", done, 1000)
        now += 0.009
    assert 2 <= len(told) <= 5
    line.end()
    assert told[-1] == {}
    assert re.fullmatch(r"reading: \d+ of 1,000, 1\d\d/s, 0:0\d remaining", told[-2]["text/plain"])


@pytest.mark.parametrize(
    ("done", "total", "seconds", "expected"),
    [
        (0, 9, 1.0, "reading: 0 of 9"),
        (100, 500, 10.0, "reading: 100 of 500, 10/s, 0:40 remaining"),
        (1, 10_000, 2.0, "reading: 1 of 10,000, 0.5/s, 5:33:18 remaining"),
    ],
)
def test_the_line_has_rate_and_remaining_time(done: int, total: int, seconds: float, expected: str) -> None:
    assert progress_words("reading", done, total, seconds) == expected


def test_outside_of_a_notebook_nothing_is_shown(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    seen: list[object] = []

    @shows_progress
    def look(*, progress: mcuaudit.system.progress.Progress | None = None) -> None:
        seen.append(progress)

    look()
    other = threading.Thread(target=look)
    other.start()
    other.join()
    assert seen == [None, None]
    mcuaudit.read_export(CleanExport().write(tmp_path))
    assert capsys.readouterr() == ("", "")
