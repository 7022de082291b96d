"""Several devices and peers at a time: each is read and written on its own, and none stops the others."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from mcuaudit.gather.fetch.device import HTTPS, Ways, fetch_device
from mcuaudit.gather.fetch.files import write_device, write_peer
from mcuaudit.gather.fetch.limits import Budget, NotRead
from mcuaudit.gather.fetch.login import Login
from mcuaudit.gather.fetch.records import DeviceRecord, PeerRecord
from mcuaudit.gather.fetch.targets import PeerTarget, Target
from mcuaudit.gather.fetch.tls import TlsConnection
from mcuaudit.system.progress import Progress

INTERNAL: Final = "internal error"
_Item = TypeVar("_Item")
_Record = TypeVar("_Record")


def fetch_devices(
    targets: Sequence[Target],
    logins: Callable[[Target], Login | None],
    ways: Ways,
    *,
    jobs: int,
    progress: Progress | None = None,
) -> list[DeviceRecord]:
    """Read devices, `jobs` at a time, and write the files of each when it is done; in the order of the targets.

    Raises:
        StorageError: the machine cannot write there.
    """
    # Before the first connection: a person may be asked.
    login_of = {target.device_id: logins(target) for target in targets}

    def one(target: Target, ended: threading.Event) -> DeviceRecord:
        record = DeviceRecord(target.device_id)
        try:
            fetch_device(record, target, login_of[target.device_id], ways, ended)
        except Exception as error:
            # What one device sends must not cost the others.
            if os.environ.get("MCUAUDIT_TRACEBACK"):
                raise
            # The text of the error may quote what was sent.
            record.failures[INTERNAL] = f"{type(error).__name__}. Set MCUAUDIT_TRACEBACK=1 to see where"
        if not ended.is_set():
            write_device(target, record, datetime.now(UTC).replace(microsecond=0), again=ways.again)
        return record

    return _each(one, targets, jobs, "devices", progress)


def fetch_peers(
    targets: Sequence[PeerTarget], export: str | Path, ways: Ways, *, jobs: int, progress: Progress | None = None
) -> list[PeerRecord]:
    """Capture the chains of peers, and write each into its file."""

    def one(target: PeerTarget, ended: threading.Event) -> PeerRecord:
        record = PeerRecord(target.peer, target.host, target.port)
        try:
            connection = TlsConnection(target.host, target.port, Budget(ways.limits, ended), legacy=ways.legacy)
        except NotRead as error:
            record.failure = str(error)
            return record
        connection.close()
        record.presented = connection.presented
        write_peer(target, record, export)
        return record

    return _each(one, targets, jobs, "peers", progress)


def blades_outside(records: Iterable[DeviceRecord], addresses: Iterable[str]) -> list[tuple[str, str, str, str]]:
    """The blades of chassis whose address no device of the export has: Supervisor, slot, what it is, and address."""
    known = set(addresses)
    return [
        (record.device_id, slot, kind, address)
        for record in records
        for slot, kind, address in record.blades
        if not address or address not in known
    ]


def is_complete(record: DeviceRecord) -> bool:
    """Whether all that was asked for was read."""
    return not record.failures and HTTPS in record.ports


def _each(
    one: Callable[[_Item, threading.Event], _Record],
    items: Sequence[_Item],
    jobs: int,
    stage: str,
    progress: Progress | None,
) -> list[_Record]:
    pool = ThreadPoolExecutor(max_workers=jobs)
    ended = threading.Event()
    try:
        running = {pool.submit(one, item, ended): number for number, item in enumerate(items)}
        found: dict[int, _Record] = {}
        for future in as_completed(running):
            found[running[future]] = future.result()
            if progress:
                progress(stage, len(found), len(items))
        return [found[number] for number in range(len(items))]
    finally:
        # After a full disk or Control-C, those that run are ended, and the others do not begin.
        ended.set()
        pool.shutdown(wait=False, cancel_futures=True)
