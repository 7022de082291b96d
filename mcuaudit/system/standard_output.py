"""Standard output: octets for programs, and errors that name it."""

from __future__ import annotations

import contextlib
import os
import sys

from mcuaudit.system.storage import STANDARD_OUTPUT, failures_of_storage


def write_octets(octets: bytes) -> None:
    """Write to standard output, after what was printed.

    Raises:
        StorageError: the machine cannot write it, for example because the disk is full.
    """
    with failures_of_storage(STANDARD_OUTPUT):
        sys.stdout.flush()
        sys.stdout.buffer.write(octets)
        sys.stdout.buffer.flush()


def flush_output() -> None:
    """Write what was printed now, so that an error has a message and an exit code.

    Raises:
        OSError: it cannot be written, for example because the reader has ended.
        StorageError: the machine cannot write it, for example because the disk is full.
    """
    # There is none if the caller has closed it.
    if sys.stdout is not None:
        with failures_of_storage(STANDARD_OUTPUT):
            sys.stdout.flush()


def discard_output() -> None:
    """From here on, standard output accepts everything and writes nothing: Python flushes it once more at its end."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
