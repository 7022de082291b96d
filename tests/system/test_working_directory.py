"""With the export as working directory, no command runs a file that lies in it, nor does a kernel of the lab."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from jupyter_client.blocking.client import BlockingKernelClient

from mcuaudit.report.kernel import Kernel, run_sync
from tests.clean_export import CleanExport
from tests.patience import GENEROUS, wait_for
from tests.sampling import WHOLE
from tests.system.planted import executed, plant

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals")

SCRIPT = """
import multiprocessing
if __name__ == "__main__":
    if {method!r}:
        multiprocessing.set_start_method({method!r})
    from mcuaudit.command import main
    main()
"""
START_METHODS = ("spawn", "forkserver")
COMMANDS: dict[str, tuple[str, ...]] = {
    "check with processes, spawned, and xlsx": ("spawn", "check", ".", "--jobs", "2", "--out", "{out}.xlsx"),
    "check with processes from a server": ("forkserver", "check", ".", "--jobs", "2"),
    "report": ("report", ".", "--out", "{out}", "--bundle"),
}
WHOLE_ONLY = {
    "check": ("check", "."),
    "compare": ("compare", ".", "."),
    "match": ("match", "peers/alice.pem", "alice"),
    "policy": ("policy", "."),
    "describe": ("describe", "MCU205"),
    "xlsx": ("check", ".", "--out", "{out}.xlsx"),
}
"""Those of which the others do all."""
if WHOLE:
    COMMANDS |= WHOLE_ONLY


def environment(directory: Path) -> dict[str, str]:
    """Without what leads to the user's own settings, and with an import path that has the working directory in it."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "IPYTHON", "MCUAUDIT"))}
    kept.pop("PYTHONSAFEPATH", None)
    return {**kept, "HOME": str(directory), "JUPYTER_CONFIG_DIR": str(directory / "config")}


def command(directory: Path, *words: str) -> list[str]:
    """The command as its console script starts it, which puts the script's directory on the import path."""
    method, rest = (words[0], words[1:]) if words[0] in START_METHODS else ("", words)
    script = directory / "bin" / "mcuaudit-script.py"
    script.parent.mkdir(exist_ok=True)
    script.write_text(SCRIPT.format(method=method), encoding="utf-8")
    return [sys.executable, str(script), *rest]


@pytest.fixture
def planted(tmp_path: Path) -> tuple[Path, Path]:
    """An export with files that nobody should run, and where they would tell of it."""
    export = CleanExport().write(tmp_path / "export")
    assert plant(export, tmp_path / "witness") > 50
    return export, tmp_path / "witness"


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_no_command_runs_a_file_of_the_working_directory(
    words: tuple[str, ...], planted: tuple[Path, Path], tmp_path: Path
) -> None:
    export, witness = planted
    ran = subprocess.run(
        command(tmp_path, *(word.format(out=tmp_path / "out") for word in words)),
        cwd=export, env=environment(tmp_path), capture_output=True, text=True, timeout=GENEROUS,
    )  # fmt: skip
    assert executed(witness) == []
    # What was planted is unrecognised; nothing else is wrong.
    assert ran.returncode in (0, 3), ran.stderr
    assert "Traceback" not in ran.stderr
    if words[0] == "report":
        assert "MCU" in (tmp_path / "out" / "sites" / "leeds.html").read_text(encoding="utf-8")


def test_what_is_planted_does_run_where_python_is_started_without_care(
    planted: tuple[Path, Path], tmp_path: Path
) -> None:
    export, witness = planted
    subprocess.run(
        [sys.executable, "-m", "ipykernel_launcher", "--version"],
        cwd=export, env=environment(tmp_path), capture_output=True, timeout=GENEROUS,
    )  # fmt: skip
    assert "ipykernel_launcher.py" in executed(witness)


def test_a_kernel_has_a_directory_that_only_its_owner_can_enter(
    planted: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export, witness = planted
    monkeypatch.chdir(export)
    monkeypatch.setenv("PYTHONPATH", f":.:{export}")
    kernel = Kernel(tmp_path)
    said: list[str] = []
    try:
        run_sync(kernel.client.execute_interactive)(
            "import os, pandas, matplotlib, sys; print(os.getcwd(), oct(os.stat('.').st_mode & 0o777))",
            timeout=GENEROUS, output_hook=lambda message: said.append(message["content"].get("text", "")),
        )  # fmt: skip
    finally:
        kernel.close()
    directory, mode = "".join(said).split()
    assert Path(directory).parent == tmp_path.resolve()
    assert mode == "0o700"
    assert not Path(directory).exists()
    assert executed(witness) == []


def test_a_kernel_of_the_lab_runs_nothing_of_the_export_that_is_its_folder(
    planted: tuple[Path, Path], tmp_path: Path
) -> None:
    export, witness = planted
    process = subprocess.Popen(
        command(tmp_path, "lab", ".", "--dir", str(export.parent), "--no-browser", "--at", "2026-06-10"),
        cwd=export, env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        address, token = _server(process)
        wait_for(lambda: _listens(address), "the server", while_true=lambda: process.poll() is None)
        made = _ask(address, token, "POST", "/api/kernels", {"name": "python3", "path": export.name})
        kernel = next(pid for pid in _children(_children(process.pid)) if "ipykernel_launcher" in _words(pid))
        assert made["name"] == "python3"
        assert Path(f"/proc/{kernel}/cwd").resolve() == export.resolve()
        _imports(Path(_words(kernel)[_words(kernel).index("-f") + 1]))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(GENEROUS)
    assert executed(witness) == []
    assert [path.name for path in (export.parent / ".server").iterdir()] == []


def _server(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Address and token of the server, as soon as it prints them."""
    said = []
    for line in process.stdout or ():
        said.append(line)
        if found := re.search(r"(http://127\.0\.0\.1:\d+)/lab\S*token=(\S+)", line):
            # What it says further must not fill the pipe.
            threading.Thread(target=lambda: [None for _ in process.stdout or ()], daemon=True).start()
            return found[1], found[2]
    raise AssertionError("".join(said))


def _listens(address: str) -> bool:
    try:
        urllib.request.urlopen(f"{address}/static/favicon.ico", timeout=10).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _ask(address: str, token: str, method: str, path: str, body: object = None) -> dict[str, str]:
    request = urllib.request.Request(
        f"{address}{path}", method=method, headers={"Authorization": f"token {token}"},
        data=None if body is None else json.dumps(body).encode(),
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=GENEROUS) as answer:
        found: dict[str, str] = json.load(answer)
    return found


def _children(*parents: int | list[int]) -> list[int]:
    """The processes that these started."""
    wanted = {pid for parent in parents for pid in (parent if isinstance(parent, list) else [parent])}
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            status = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            found += [int(entry.name)] if int(status[1]) in wanted else []
    return found


def _words(pid: int) -> list[str]:
    return (Path("/proc") / str(pid) / "cmdline").read_text(encoding="utf-8").split("\0")


def _imports(connection: Path) -> None:
    """A user of the notebook imports what users import."""
    client = BlockingKernelClient(connection_file=str(connection))
    client.load_connection_file()
    # A kernel that a busy machine lets wait for a second is not dead.
    client.hb_channel.time_to_dead = GENEROUS
    client.start_channels()
    try:
        client.wait_for_ready(timeout=GENEROUS)
        ran = client.execute_interactive("import pandas, mcuaudit, json, IPython", timeout=GENEROUS)
        assert ran["content"]["status"] == "ok"
    finally:
        client.stop_channels()
