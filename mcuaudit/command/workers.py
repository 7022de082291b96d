"""The workers of a command: processes of this machine (--jobs), or a cluster (--cluster)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from mcuaudit.system.remote_addresses import is_remote


@contextmanager
def workers(jobs: int, cluster: str, directory: str | Path | None) -> Iterator[Executor | None]:
    """The executor that was asked for; None for this process alone.

    Args:
        jobs: the number of processes.
        cluster: the address of a scheduler, in place of processes.
        directory: what the workers of a cluster will read; what is at an address, this process reads.

    Raises:
        UsageError: the cluster cannot be used.
    """
    if cluster:
        from mcuaudit.system.cluster import cluster_executor

        with cluster_executor(cluster, None if is_remote(directory) else directory) as executor:
            yield executor
    elif jobs == 1:
        yield None
    else:
        with ProcessPoolExecutor(jobs) as executor:
            yield executor
