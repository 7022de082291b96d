"""The executor of a dask cluster: its scheduler by address, and workers that have the same version of mcuaudit."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from mcuaudit.errors import UsageError, not_allowed

_SECONDS: Final = 20
"""How long the scheduler and its first worker are waited for."""
DECIDING: Final = ("mcuaudit", "cryptography", "pandas", "certifi")
"""The packages on whose versions outcomes depend."""


@contextmanager
def cluster_executor(address: str, directory: str | Path | None = None) -> Iterator[Executor]:
    """The executor of the cluster whose scheduler has that address, such as tcp://10.0.0.7:8786.

    Args:
        address: that of the scheduler.
        directory: what the workers will read, by its name: they need the same file system.

    Raises:
        UsageError: dask.distributed is not installed, the protocol is unknown, no scheduler answers there, it has no
            worker, or a worker lacks mcuaudit, has another version of it or of a library that decides outcomes, or does
            not see the directory.
    """
    try:
        import distributed
    except ImportError as error:
        raise UsageError(
            '--cluster needs the package distributed. Install it with: pip install "mcuaudit[dask]"'
        ) from error
    library: Any = distributed
    _check_protocol(address)
    try:
        client = library.Client(address, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError(
            f'No scheduler of dask answers at "{address}" within {_SECONDS} seconds. Start one with "dask scheduler", '
            "and give the address that it prints, such as tcp://10.0.0.7:8786."
        ) from error
    try:
        _check_workers(client, address)
        if directory is not None:
            _check_directory(client, Path(directory).resolve())
        yield client.get_executor(pure=False)
    finally:
        client.close()


def _check_protocol(address: str) -> None:
    """Refuse a protocol that dask does not know: its client would be half made, and say so when it is forgotten."""
    from distributed.comm.addressing import parse_address
    from distributed.comm.registry import backends

    found, _ = parse_address(address)
    if found not in backends:
        raise UsageError(not_allowed(f"--cluster {address}: unknown protocol", found, backends))


def _check_workers(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_SECONDS)
    except TimeoutError as error:
        raise UsageError(
            f'The scheduler at "{address}" has no worker. Start one on each machine with: dask worker {address}'
        ) from error
    for name in DECIDING:
        here = _version_here(name)
        found = client.run(version, name, on_error="return")
        other = {worker: there for worker, there in sorted(found.items()) if there != here}
        for worker, there in other.items():
            has = f"has no {name}" if isinstance(there, Exception) else f"has {name} {there}"
            raise UsageError(
                f"The worker {worker} of the cluster {has}, and this is {name} {here}; {len(other)} of {len(found)} "
                "workers differ. Install the same version on all of them."
            )


def _version_here(name: str) -> str:
    return version(name)


def _check_directory(client: Any, directory: Path) -> None:
    there = client.run(os.listdir, str(directory), on_error="return")
    here = sorted(entry.name for entry in directory.iterdir()) if directory.is_dir() else None
    for worker, names in sorted(there.items()):
        if here is not None and (isinstance(names, Exception) or sorted(names) != here):
            raise UsageError(
                f"The worker {worker} of the cluster does not see {directory} as it is here. The workers read the "
                "export by its name, so all machines need the same file system."
            )
