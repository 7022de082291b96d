"""Child processes without network, where the system can take it away: a namespace of util-linux's `unshare`."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from functools import lru_cache


def has_network() -> bool:
    """Whether this process can reach another machine: it has more than the loopback interface, or that is not known."""
    try:
        return any(name != "lo" for _, name in socket.if_nameindex())
    except (AttributeError, OSError):
        return True


@lru_cache(maxsize=1)
def without_network() -> tuple[str, ...]:
    """The words before a command that run it without any network; none where the system does not allow that."""
    unshare = shutil.which("unshare") if sys.platform == "linux" else None
    if unshare is None:
        return ()
    words = (unshare, "--user", "--map-current-user", "--net", "--")
    try:
        tried = subprocess.run([*words, "true"], stdin=subprocess.DEVNULL, capture_output=True, timeout=30)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return ()
    return words if tried.returncode == 0 else ()
