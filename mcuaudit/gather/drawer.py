"""Gathering from Python: begin an export from a list of devices, and sort a heap of files into it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from mcuaudit.domain.instants import time_given
from mcuaudit.errors import UsageError
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.gather.copying import copies_of, copy_files
from mcuaudit.gather.known import begun_export, check_has_device, known_of
from mcuaudit.gather.list_file import listed_devices
from mcuaudit.gather.new_export import begin_export
from mcuaudit.gather.sorted_frame import sorted_frame
from mcuaudit.gather.sorting import sort_heap
from mcuaudit.gather.stores import with_answers
from mcuaudit.gather.write_peers import add_peers
from mcuaudit.policy.layers import resolve_policy
from mcuaudit.system.progress import Progress, shows_progress

_MOST_NAMED = 20


def init_export(export: str | Path, devices: str | Path, *, table: bool = False) -> tuple[str, ...]:
    """Begin an export, or add to it the devices of a list that it lacks; no file that is there is touched.

        mcuaudit.init_export("exports", "devices.csv")

    Args:
        export: the directory, which need not exist.
        devices: a table as CSV or Excel workbook, or an inventory of Ansible.
        table: write settings.csv, a row per device, in place of a settings.toml for each.

    Returns:
        the names of the files that were written, within the export.

    Raises:
        UsageError: the list or the export cannot be used, or a row of the list cannot. Then nothing is written.
        StorageError: the machine cannot write it.
    """
    listed = listed_devices(devices)
    if listed.problems:
        rows = [f"{one.where}: {one.reason}" for one in listed.problems[:_MOST_NAMED]]
        raise UsageError("\n  ".join([f"{devices} has rows that cannot be used:", *rows]))
    made = begin_export(export, listed.devices, table=table)
    if made.problems:
        rows = [one.reason for one in made.problems[:_MOST_NAMED]]
        raise UsageError("\n  ".join([f"{devices} has devices that were left out of {export}:", *rows]))
    return made.made


@shows_progress
def sort_drawer(
    drawer: str | Path,
    *,
    devices: str | Path | None = None,
    export: str | Path | None = None,
    copy: bool = False,
    likely: bool = False,
    trust_stores: Mapping[str, str] | None = None,
    peers: str | Path | None = None,
    at: str | datetime | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """What each file of a heap is, and the place of an export that it is for; copied there if it is wanted.

        found = mcuaudit.sort_drawer("drawer", export="exports")
        found[found["certainty"] != "sure"]

    Args:
        drawer: the directory of the files; zip archives in it are looked into. Nothing in it is moved or changed.
        devices: a list of devices that the files may be of.
        export: its devices and peers are known too, and a place that is taken there is seen.
        copy: copy to `export` what is sure; private keys are never copied, and no file that is there is replaced.
        likely: with `copy`, what is likely too.
        trust_stores: with `copy`, files of CA certificates by place, such as ``{"leeds/sip": "devices-ca.pem"}``.
        peers: with `copy`, the completed table of peers that ``mcuaudit sort --draft-peers peers.xlsx`` writes.
        at: the time for which certificates have ended or not; now by default.
        progress: called with the number of files that were read.

    Returns:
        the frame `sorted_files`, a row per file; ``mcuaudit.describe("sorted_files")`` documents its columns.

    Raises:
        UsageError: `drawer`, the list or the export cannot be read, a file or table cannot be used, or `likely`,
            `trust_stores` or `peers` is given without `copy`. Then none is copied.
        StorageError: the machine cannot write it.
    """
    if copy and export is None:
        raise UsageError("copy needs export, the directory to copy to.")
    given = {"likely": likely, "trust_stores": trust_stores, "peers": peers}
    if not copy and any(given.values()):
        name = next(name for name, value in given.items() if value)
        raise UsageError(f"{name} says what is copied; give copy=True too.")
    there = begun_export(export)
    known = known_of(listed_devices(devices).devices if devices else (), there)
    if copy and export is not None and not trust_stores:
        check_has_device(export, known)
    limits = resolve_policy(there).policy.limits
    time = time_given(at) if at else datetime.now(UTC)
    heap = sort_heap(drawer, known, time, export=there, limits=limits, progress=progress)
    if copy and export is not None:
        answers = [f"{place}={file}" for place, file in (trust_stores or {}).items()]
        copies = with_answers(copies_of(heap.rows, likely=likely), answers, heap.rows, known.devices)
        if peers is not None:
            add_peers(peers, heap, known, export, copies, limits)
        else:
            copy_files(copies, export, limits)
    rows = sorted_frame(heap).to_dict("records")
    return build_frame("sorted_files", [{str(name): cell or None for name, cell in row.items()} for row in rows])
