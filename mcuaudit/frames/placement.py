"""Files that are in the wrong place, or that no device uses: and where they belong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mcuaudit.collect.artefact import TRUST_STORE_KINDS, Kind
from mcuaudit.collect.file_names import kind_by_name
from mcuaudit.decode.records import DecodedFile
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.slots import SLOT_FILES, Slot
from mcuaudit.frames.certificates import end_entity_of
from mcuaudit.frames.export_files import ExportFiles, Found, Row
from mcuaudit.wording.numbers import plural

_Place = tuple[str, str]
_DEEP = 3
"""Directories and file below a directory at the top that make a file of a device too deep."""


def report_misplaced(export_files: ExportFiles, devices: Mapping[str, Row]) -> None:
    """Report local certificates outside a device, stores that no device uses, and trees that lie too deep."""
    places = [(row["site"], row["device"]) for row in devices.values()]
    for file in export_files.files:
        if file.artefact.kind is Kind.LOCAL_CERTIFICATE and not file.artefact.device:
            export_files.report(file, "unrecognised", "", _belongs(file, devices))
        elif file.artefact.kind in TRUST_STORE_KINDS and not file.artefact.device:
            _report_unused(export_files, file, places)
    _report_deep_trees(export_files)


def _belongs(file: DecodedFile, devices: Mapping[str, Row]) -> str:
    """Where a local certificate belongs: into the directory of the one device that it names."""
    found = end_entity_of(file)
    named = [
        device_id
        for device_id, row in devices.items()
        if found and row["site"] in (file.artefact.site or row["site"]) and _names(found.certificate, row)
    ]
    name = SLOT_FILES[Slot.LOCAL_CERTIFICATE]
    if len(named) != 1:
        return f"{file.artefact.remark}; put it there as {name}"
    device = devices[named[0]]["device"]
    return f"{file.artefact.remark}. It names {device}: put it into {named[0]}/ as {name}"


def _names(certificate: Certificate, row: Row) -> bool:
    """Whether a certificate has the name, a host name or an address of a device."""
    hosts = {name.casefold() for name in (*certificate.common_names, *certificate.dns_names)}
    hosts |= {str(address) for address in certificate.ip_addresses}
    known = {name.casefold() for key in ("host_names", "addresses") for name in split_names(row.get(key) or "")}
    device = str(row["device"]).casefold()
    return bool(hosts & known) or any(device in (host, host.partition(".")[0]) for host in hosts)


def _report_unused(export_files: ExportFiles, file: DecodedFile, places: Sequence[_Place]) -> None:
    site = file.artefact.site
    below = [place for place in places if site in ("", place[0])]
    nearest = [export_files.nearest(*place, file.artefact.kind) for place in below]
    if not below or any(found.file is file or _cannot_be_used(found) for found in nearest):
        # Where a nearer one cannot be used, its own problem says what to do.
        return
    nearer = ", ".join(sorted({found.file.artefact.name for found in nearest if found.file})[:3])
    whose = f"each device of {site}" if site else "each device"
    reason = f"no device uses this file, because {whose} has a nearer one ({nearer}). Remove it, or the nearer ones"
    export_files.report(file, "unrecognised", "", reason)


def _cannot_be_used(found: Found) -> bool:
    return bool(found.claims) or (found.file is not None and found.file.content is None)


def _report_deep_trees(export_files: ExportFiles) -> None:
    """A tree that lies one level too deep is one problem, instead of one for each of its files."""
    deep: dict[str, list[str]] = {}
    sites, typed, whole = set(), set(), set()
    for file in export_files.files:
        artefact = file.artefact
        top, *rest = artefact.name.split("/")
        if artefact.kind is Kind.UNRECOGNISED and len(rest) >= _DEEP:
            deep.setdefault(top, []).append(artefact.name)
            if len(rest) == _DEEP and kind_by_name(rest[-1]) is Kind.LOCAL_CERTIFICATE:
                whole.add(top)
        elif artefact.kind in (Kind.LOCAL_CERTIFICATE, Kind.RESPONSE):
            sites.add(artefact.site)
        elif artefact.kind is not Kind.UNRECOGNISED and artefact.device:
            # The files of a site in a tree that is too deep look like those of a device without a certificate.
            typed.add(artefact.site)
    for top, names in deep.items():
        if top in sites or (top not in whole and (top in typed or len(names) < 2)):
            continue
        inside = f"{top}/"
        for key in [key for key, row in export_files.problems.items() if key[0].startswith(inside) and _is_note(row)]:
            del export_files.problems[key]
        reason = (
            f"the directories below {top} lie one level too deep, so {plural(len(names), 'file')} cannot be used. "
            f"Audit the directory {top} itself, or move what is in it one level up"
        )
        row = {"kind": "unrecognised", "site": top, "device": None, "file": top, "where": "", "reason": reason}
        export_files.problems[top, "", reason] = row


def _is_note(row: Row) -> bool:
    return str(row["kind"]) == "unrecognised"
