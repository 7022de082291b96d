"""Programs of this Python that start at once: forks of a process that has imported what the command needs.

Each is a process of its own, with its own arguments, environment, directory, input, output and exit code. What differs
from a fresh start is that its modules are imported already; tests of the start itself use `subprocess`.
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Final

from tests.patience import GENEROUS

ROOT: Final = Path(__file__).parents[1]
COMMAND: Final = "from mcuaudit.command import main; main()"
"""What `python -m mcuaudit` runs."""


class Program:
    """A program that runs; its process is the first of a session."""

    def __init__(self, asked: socket.socket, pid: int) -> None:
        self._asked = asked
        self.pid = pid
        self._code: int | None = None

    def wait(self) -> int:
        """Its exit code once it has ended; that of a signal is negative."""
        if self._code is None:
            self._code = int(_line(self._asked))
            self._asked.close()
        return self._code

    def poll(self) -> int | None:
        """Its exit code, or None while it runs."""
        if self._code is None:
            self._asked.settimeout(0)
            try:
                self._asked.recv(1, socket.MSG_PEEK)
            except BlockingIOError:
                return None
            finally:
                self._asked.settimeout(GENEROUS)
        return self.wait()


class _Elsewhere:
    """The process that forks programs, which another one has started and will end."""

    def __init__(self, place: str) -> None:
        self.place = place

    def ask(self, request: Mapping[str, Any], outputs: list[int]) -> Program:
        """Start a program with these descriptors as its standard input, output and error."""
        asked = socket.socket(socket.AF_UNIX)
        asked.settimeout(GENEROUS)
        asked.connect(self.place)
        # One more octet than the request: descriptors travel with the first of them.
        socket.send_fds(asked, [b"\n"], outputs)
        asked.sendall(json.dumps(request).encode() + b"\n")
        return Program(asked, int(_line(asked)))


class _Parent(_Elsewhere):
    """The process that forks the programs of this one."""

    def __init__(self) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="mcuaudit-programs-")
        super().__init__(f"{self._directory.name}/socket")
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(self.place)
            listening.listen(16)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.program_parent", str(listening.fileno())],
                cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE,
                pass_fds=[listening.fileno()], start_new_session=True,
            )  # fmt: skip

    def close(self) -> None:
        """End it: its input closes."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(GENEROUS)
        self._directory.cleanup()


_OF_PROCESS: Final[dict[int, _Elsewhere]] = {}


def _parent() -> _Elsewhere:
    if os.getpid() not in _OF_PROCESS:
        _OF_PROCESS[os.getpid()] = parent = _Parent()
        atexit.register(parent.close)
    return _OF_PROCESS[os.getpid()]


def _line(connection: socket.socket) -> str:
    """One line, octet by octet: no more is read than belongs to it."""
    said = b""
    while not said.endswith(b"\n"):
        octet = connection.recv(1)
        assert octet, "the parent of the programs has ended"
        said += octet
    return said.decode()


def file_of_program(file: Path, code: str) -> None:
    """Write an executable file that runs `code` as a fork too: for programs that something else starts by a path."""
    lines = (
        f"#!{sys.executable} -IS",
        f"import os, sys; sys.path.insert(0, {str(ROOT)!r})",
        "from tests import programs",
        f"programs._OF_PROCESS[os.getpid()] = programs._Elsewhere({_parent().place!r})",
        f"sys.exit(programs.start(*sys.argv[1:], stdin=0, stdout=1, stderr=2, code={code!r}).wait())",
    )
    file.write_text("\n".join((*lines, "")), encoding="utf-8")
    file.chmod(0o755)


def start(
    *words: object, stdin: int, stdout: int, stderr: int, code: str = COMMAND, cwd: str | Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Program:  # fmt: skip
    """Start a program with these descriptors and arguments; `code` is what it runs, by default the command."""
    request = {
        "words": ["mcuaudit", *map(str, words)], "code": code, "cwd": str(cwd or Path.cwd()),
        "env": dict(os.environ if env is None else env), "umask": _umask(),
    }  # fmt: skip
    return _parent().ask(request, [stdin, stdout, stderr])


def run(
    *words: object, code: str = COMMAND, cwd: str | Path | None = None, env: Mapping[str, str] | None = None,
    stdout: int | IO[bytes] | None = None,
) -> subprocess.CompletedProcess[bytes]:  # fmt: skip
    """Run a program to its end; its output is that of the result, unless it goes to `stdout`."""
    with Path(os.devnull).open("rb") as nothing, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        target = out.fileno() if stdout is None else stdout if isinstance(stdout, int) else stdout.fileno()
        program = start(*words, stdin=nothing.fileno(), stdout=target, stderr=err.fileno(), code=code, cwd=cwd, env=env)
        ended = program.wait()
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(list(words), ended, out.read(), err.read())


def run_text(
    *words: object, code: str = COMMAND, cwd: str | Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """As `run`, with outputs as text."""
    done = run(*words, code=code, cwd=cwd, env=env)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def _umask() -> int:
    found = os.umask(0o077)
    os.umask(found)
    return found
