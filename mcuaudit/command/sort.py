"""`mcuaudit sort`: what each file of a heap is, and where it belongs in an export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from mcuaudit.command.device_list import ListOfDevicesOrNone, device_list
from mcuaudit.command.exit_codes import NOT_ALL_READ
from mcuaudit.command.frame_formats import FrameFormat, FrameFormatOption, printed_for_programs
from mcuaudit.command.options import AtOption
from mcuaudit.command.places import PRINTED, output_directory, output_file
from mcuaudit.command.run import now, progress_bars, say
from mcuaudit.errors import UsageError

if TYPE_CHECKING:
    from mcuaudit.gather.copying import Copy
    from mcuaudit.gather.known import Known
    from mcuaudit.gather.sorted_files import SortedHeap
    from mcuaudit.policy.schema import Limits


def sort(
    drawer: Annotated[Path, typer.Argument(metavar="DRAWER", help="The directory with the files.", show_default=False)],
    devices: ListOfDevicesOrNone = None,
    into: Annotated[
        Path | None,
        typer.Option(
            "--into",
            metavar="EXPORT",
            parser=output_directory,
            help="The export to copy to: the files whose place is sure, or those that the list of --by names. Its "
            "devices and peers are known too.",
            show_default=False,
        ),
    ] = None,
    likely: Annotated[
        bool, typer.Option("--likely", metavar="", help="With --into: copy what is likely too, not only what is sure.")
    ] = False,
    by: Annotated[
        Path | None,
        typer.Option(
            "--by",
            metavar="FILE",
            help="With --into: the list of --out, corrected. The rows with yes under copy are copied to their places, "
            "and no others.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            parser=output_file,
            help="Write the list to this file, as CSV for a spreadsheet, to correct it.",
            show_default=False,
        ),
    ] = None,
    stores: Annotated[
        list[str] | None,
        typer.Option(
            "--trust-store",
            metavar="PLACE=FILE",
            help="With --into: copy a file of CA certificates to a trust store, such as leeds/sip=FILE for a site, "
            "leeds/mcu-1/https=FILE for a device, or sip=FILE for all; FILE is its name in DRAWER, or the beginning of "
            "its SHA-256. May be repeated.",
            show_default=False,
        ),
    ] = None,
    drafts: Annotated[
        Path | None,
        typer.Option(
            "--draft-peers",
            metavar="FILE",
            parser=output_file,
            help="Write a draft of the peers to this file: a row (.xlsx, .csv) or an entry of peers.toml for each "
            "certificate whose holder is not known. Complete the table for --peers.",
            show_default=False,
        ),
    ] = None,
    peers: Annotated[
        Path | None,
        typer.Option(
            "--peers",
            metavar="FILE",
            help="With --into: the table of --draft-peers, completed. Each row with a product becomes an entry of the "
            "peers.toml of its place, and the files that it names are copied.",
            show_default=False,
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", metavar="", help="List also the files that hold nothing that an audit uses.")
    ] = False,
    at: AtOption = "",
    output: FrameFormatOption = FrameFormat.TABLE,
) -> None:
    """Print what each file of a heap is, where it belongs in an export and why; copy what is sure with --into.

    Certificates in any form are read, also in zip archives, and saved responses; PKCS#12 is named only. Nothing is
    moved, changed or replaced, and private keys are never copied. Exit code 3 says that a file could not be read.
    """
    from mcuaudit.domain.instants import time_given
    from mcuaudit.gather.copying import copy_files
    from mcuaudit.gather.known import begun_export, check_has_device, known_of
    from mcuaudit.gather.sorting import sort_heap
    from mcuaudit.policy.layers import resolve_policy
    from mcuaudit.system.files import check_file_place

    _check(drawer, into, {"--by": by, "--peers": peers, "--likely": likely, "--trust-store": stores})
    for target in (out, drafts):
        if target is not None and target != PRINTED:
            check_file_place(target)
    _check_drafts(drafts, out, into)
    listed = device_list(devices) if devices else None
    export = begun_export(into)
    limits = resolve_policy(export).policy.limits
    known = known_of(listed.devices if listed else (), export)
    if into is not None and by is None and not stores:
        check_has_device(into, known)
    with progress_bars() as progress:
        heap = sort_heap(drawer, known, time_given(at or now()), export=export, limits=limits, progress=progress)
    copies = _copies(heap, by, stores or (), known, likely=likely) if into is not None else []
    # Before the copies, so that a list that cannot be written leaves none.
    _write_list(heap, out)
    _write_drafts(heap, drafts, known)
    if into is None:
        written = 0
    elif peers is not None:
        written = _write_peers(peers, heap, known, into, copies, limits)
    else:
        written = len(copy_files(copies, into, limits))
    if PRINTED not in (out, drafts):
        _print(heap, output, everything=everything)
    if not known.devices:
        say("no device is known, so no place is; name a list of the devices with --devices, or an export with --into.")
    _tell(heap, into, written, by=by is not None, likely=likely)
    unread = any(row.item.file.why_not or row.item.content.damaged for row in heap.rows)
    raise typer.Exit(NOT_ALL_READ if unread or (listed and listed.problems) else 0)


def _copies(heap: SortedHeap, by: Path | None, stores: Sequence[str], known: Known, *, likely: bool) -> list[Copy]:
    """What is copied: by the corrected list, or what is sure, or likely too; and the trust stores that are named."""
    from mcuaudit.gather.copying import copies_of
    from mcuaudit.gather.corrected import corrected_copies
    from mcuaudit.gather.list_file import octets_of
    from mcuaudit.gather.stores import with_answers

    owners = {name for one in known.devices for name in (one.site, one.device_id)}
    found = corrected_copies(octets_of(by), str(by), heap.rows, owners) if by else copies_of(heap.rows, likely=likely)
    return with_answers(found, stores, heap.rows, known.devices)


def _print(heap: SortedHeap, output: FrameFormat, *, everything: bool) -> None:
    from mcuaudit.gather.sorted_frame import sorted_frame
    from mcuaudit.writers.sorted_files import print_sorted, sorted_json, sorted_lines, summary_of

    console = Console(highlight=False)
    if printed_for_programs(sorted_frame(heap), output, lambda: sorted_json(heap)):
        say(summary_of(heap))
    elif console.is_terminal:
        print_sorted(heap, console, everything=everything)
    else:
        for line in sorted_lines(heap, everything=everything):
            print(line)


def _check(drawer: Path, into: Path | None, given: Mapping[str, object]) -> None:
    option = next((name for name, value in given.items() if value), "")
    if into is None and option:
        raise UsageError(f"{option} needs --into, which names the export to copy to.")
    if given["--by"] and given["--likely"]:
        raise UsageError("--by and --likely exclude each other: with --by, the list says what is copied.")
    if into is not None and drawer.resolve().is_relative_to(into.resolve()) and drawer.resolve() != into.resolve():
        raise UsageError(f"{drawer} is within {into}, and would count as a part of that export; move it out of it.")
    if into is not None and into.resolve().is_relative_to(drawer.resolve()):
        raise UsageError(
            f"--into {into} is within {drawer}; name an export elsewhere, or the copies would be in the heap."
        )


def _check_drafts(drafts: Path | None, out: Path | None, into: Path | None) -> None:
    if drafts is None or drafts == PRINTED:
        return
    if out is not None and drafts.resolve() == out.resolve():
        raise UsageError(f"--out and --draft-peers both name {drafts}; name a file for each.")
    if into is not None and drafts.resolve().is_relative_to(into.resolve()):
        raise UsageError(f"{drafts} is within the export {into}, and drafts claim nothing; name a file elsewhere.")
    if drafts.exists():
        raise UsageError(f"{drafts} is there already, and may have been completed; name another file, or remove it.")


def _write_list(heap: SortedHeap, out: Path | None) -> None:
    """The list to correct, to a file or to standard output."""
    from mcuaudit.command.printed import print_octets
    from mcuaudit.gather.sorted_frame import sorted_frame
    from mcuaudit.summary.csv_text import csv_octets
    from mcuaudit.system.files import write_whole

    if out is None:
        return
    octets = csv_octets(sorted_frame(heap), spreadsheet=True)
    if out == PRINTED:
        print_octets(octets)
    else:
        write_whole(out, octets)


def _write_drafts(heap: SortedHeap, drafts: Path | None, known: Known) -> None:
    """The drafts of peers, to a file outside the export or to standard output."""
    from mcuaudit.command.printed import print_octets
    from mcuaudit.gather.peer_drafts import peer_drafts
    from mcuaudit.system.files import write_whole
    from mcuaudit.wording.numbers import plural

    if drafts is None:
        return
    if drafts == PRINTED:
        print_octets(peer_drafts(heap.rows)[0].encode())
        return
    if drafts.suffix.casefold() in (".csv", ".xlsx"):
        octets, number = _table_of_peers(heap, known, drafts.suffix.casefold() == ".xlsx")
        how = f"fill in the column product of those that are peers, and run this again with --peers {drafts}."
    else:
        text, number = peer_drafts(heap.rows)
        octets, how = text.encode(), "copy those that are peers into a peers.toml, and sort again."
    write_whole(drafts, octets)
    say(f"{plural(number, 'draft')} of peers in {drafts}; {how}")


def _table_of_peers(heap: SortedHeap, known: Known, is_workbook: bool) -> tuple[bytes, int]:
    """The table of peers as a workbook or CSV, and how many rows it has."""
    import pandas as pd

    from mcuaudit.gather.peer_table import COLUMNS, peer_table
    from mcuaudit.summary.csv_text import csv_octets
    from mcuaudit.writers.peers_workbook import peers_workbook

    rows = peer_table(heap.rows, known)
    if is_workbook:
        return peers_workbook(rows), len(rows)
    return csv_octets(pd.DataFrame(rows, columns=list(COLUMNS), dtype="str"), spreadsheet=True), len(rows)


def _write_peers(
    peers: Path, heap: SortedHeap, known: Known, into: Path, copies: Sequence[Copy], limits: Limits
) -> int:
    """Add the entries of the completed table; how many files were copied."""
    from mcuaudit.gather.write_peers import add_peers
    from mcuaudit.wording.numbers import plural

    added = add_peers(peers, heap, known, into, copies, limits)
    parts = [f"{plural(added.entries, 'peer')} added to peers.toml"]
    parts += [f"{plural(added.there, 'peer')} there already"] if added.there else []
    parts += [f"{plural(added.left_out, 'row')} without a product left out"] if added.left_out else []
    say(f"{peers}: {', '.join(parts)}.")
    return added.files


def _tell(heap: SortedHeap, into: Path | None, written: int, *, by: bool, likely: bool) -> None:
    """What was copied, and what to do with the rest."""
    from mcuaudit.gather.sorted_files import Certainty, What
    from mcuaudit.wording.numbers import plural

    keys = sum(row.item.content.has_key for row in heap.rows)
    if keys:
        say(
            f"{plural(keys, 'file')} with a private key or PKCS#12: they stay where they are. Keep them out of exports."
        )
    if into is not None:
        say(f"{plural(written, 'file')} copied to {into}; nothing was moved, and nothing that was there is replaced.")
    left = heap.count(Certainty.LIKELY, among=set(What)) * (not likely)
    if left and into is not None and not by:
        say(f"--likely copies what is likely too: {plural(left, 'file')}. The list says of each why it is not sure.")
    if (left or heap.count(Certainty.OPEN)) and not by:
        say(
            "to decide about the others, write the list with --out sorted.csv, put yes under copy and a place where it "
            "is missing, and copy by it with --by sorted.csv --into EXPORT. For trust stores, --trust-store "
            "leeds/sip=FILE --into EXPORT is shorter."
        )
