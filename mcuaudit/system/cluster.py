"""The executor of a dask cluster: its scheduler by address, and workers that have the same version of mcuaudit."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any, Final

from mcuaudit.errors import UsageError

_SECONDS: Final = 20
"""How long the scheduler and its first worker are waited for."""
_VERSION: Final = "__import__('importlib.metadata').metadata.version('mcuaudit')"


@contextmanager
def cluster_executor(address: str) -> Iterator[Executor]:
    """The executor of the cluster whose scheduler has that address, such as tcp://10.0.0.7:8786.

    The workers read the files of an export by their names, so they need the same file system.

    Raises:
        UsageError: dask.distributed is not installed, no scheduler answers there, it has no worker, or a worker lacks
            mcuaudit or has another version of it.
    """
    try:
        import distributed
    except ImportError as error:
        raise UsageError(
            '--cluster needs the package distributed. Install it with: pip install "mcuaudit[dask]"'
        ) from error
    library: Any = distributed
    try:
        client = library.Client(address, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError(
            f'No scheduler of dask answers at "{address}" within {_SECONDS} seconds. Start one with "dask scheduler", '
            "and give the address that it prints, such as tcp://10.0.0.7:8786."
        ) from error
    try:
        _check_workers(client, address)
        yield client.get_executor(pure=False)
    finally:
        client.close()


def _check_workers(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_SECONDS)
    except TimeoutError as error:
        raise UsageError(
            f'The scheduler at "{address}" has no worker. Start one on each machine with: dask worker {address}'
        ) from error
    here = importlib.metadata.version("mcuaudit")
    # A text, because a function of mcuaudit cannot be sent to a worker without it.
    found = client.run(eval, _VERSION, on_error="return")
    other = {worker: version for worker, version in sorted(found.items()) if version != here}
    for worker, version in other.items():
        has = "has no mcuaudit" if isinstance(version, Exception) else f"has mcuaudit {version}"
        raise UsageError(
            f"The worker {worker} of the cluster {has}, and this is {here}; {len(other)} of {len(found)} workers "
            "differ. Install the same version on all of them."
        )
