"""Programs that are forked behave as programs that are started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import programs

PROGRAMS = {
    "an exit code": "import sys; print('out'); print('error', file=sys.stderr); sys.exit(7)",
    "a text as exit code": "import sys; sys.exit('wrong')",
    "an error": "print('out'); raise ValueError('wrong')",
    "its end": "import atexit; atexit.register(print, 'late'); print('early')",
    "its surroundings": "import os, sys; print(os.getcwd(), os.environ['MARK'], 'HOME' in os.environ, sys.argv[1:])",
    "its encoding": "print('\u00e9')",
    "its threads": "import threading, time; threading.Thread(target=lambda: (time.sleep(0.1), print('done'))).start()",
    "its signals": "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
    "a full disk": "import sys; sys.stdout = open('/dev/full', 'w'); print('out')",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_ends_and_says_the_same(name: str, tmp_path: Path) -> None:
    environment = {"MARK": "here", "PATH": os.environ["PATH"], "PYTHONIOENCODING": "latin-1"}
    command = [sys.executable, "-c", PROGRAMS[name], "one", "two words"]
    started = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    forked = programs.run("one", "two words", code=PROGRAMS[name], cwd=tmp_path, env=environment)
    assert (forked.returncode, forked.stdout) == (started.returncode, started.stdout)
    assert forked.stderr.splitlines()[-1:] == started.stderr.splitlines()[-1:]


def test_a_program_that_is_killed_is_seen_to_end(tmp_path: Path) -> None:
    with (tmp_path / "said").open("w+b") as said, Path(os.devnull).open("rb") as nothing:
        program = programs.start(
            code="import time; time.sleep(3600)", stdin=nothing.fileno(), stdout=said.fileno(), stderr=said.fileno()
        )
        assert program.poll() is None
        os.kill(program.pid, signal.SIGKILL)
        assert program.wait() == program.poll() == -signal.SIGKILL
