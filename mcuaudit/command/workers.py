"""The workers of a command: processes of this machine (--jobs), or a cluster (--cluster)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def workers(jobs: int, cluster: str, directory: str | Path) -> Iterator[Executor | None]:
    """The executor that was asked for; None for this process alone.

    Raises:
        UsageError: the cluster cannot be used.
    """
    if cluster:
        from mcuaudit.system.cluster import cluster_executor

        with cluster_executor(cluster, directory) as executor:
            yield executor
    elif jobs == 1:
        yield None
    else:
        with ProcessPoolExecutor(jobs) as executor:
            yield executor
