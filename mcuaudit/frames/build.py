"""Decoded files become a Fleet: devices, settings, certificates, peers, evidence and problems as frames."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from mcuaudit.collect.artefact import TRUST_STORE_KINDS, Kind
from mcuaudit.collect.walk import Export
from mcuaudit.decode.records import Bundle, DecodedFile, DecodedSite, Problem
from mcuaudit.domain.name_forms import as_text, in_nfc
from mcuaudit.domain.setting_value import SettingValue
from mcuaudit.errors import did_you_mean
from mcuaudit.frames.certificates import CertificateIndex, certificate_row, place_unused, slot_columns
from mcuaudit.frames.containers import Fleet
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.frames.export_files import ExportFiles, Found, Row
from mcuaudit.frames.peers import PeerResolver
from mcuaudit.frames.placement import report_misplaced
from mcuaudit.frames.revocation_lists import revocation_list_rows
from mcuaudit.frames.settings import resolve_settings, settings_rows
from mcuaudit.frames.stray_devices import without_strays
from mcuaudit.policy.schema import POLICY_FILE, Policy

COLUMNS_OF_SETTINGS: Final = {
    "model": "device.model",
    "serial": "device.serial",
    "software_version": "device.software_version",
    "addresses": "device.addresses",
    "host_names": "device.host_names",
    "collected_at": "device.collected_at",
}
"""Columns of the frame `devices` that are settings, by the dotted key."""


def build_fleet(
    export: Export,
    files: list[DecodedFile],
    policy: Policy,
    policy_file: str = POLICY_FILE,
    secrets: Mapping[str, Sequence[Problem]] | None = None,
    not_raised: Mapping[str, int] | None = None,
) -> Fleet:
    """Build the frames of a fleet.

    Args:
        policy_file: the file that the policy was read from.
        secrets: the problems of files that are not decoded, such as hidden ones.
        not_raised: limits that the policy of the export gives and that are not used.
    """
    read = without_strays(export.devices, files, export.doubles)
    export = replace(export, devices=read.devices)
    export_files = ExportFiles(read.files, export.doubles)
    export_files.problems |= {(row["file"], row["where"], row["reason"]): row for row in read.problems}
    index = CertificateIndex()
    for double in export.doubles:
        export_files.problems[double.name, "", double.remark] = _double(
            double.site, double.device, double.name, double.remark
        )
    _report_secrets(export_files, export, secrets or {})
    settings = resolve_settings(export_files, export.devices)
    devices = {
        f"{site}/{device}": _device_row(export_files, index, site, device, settings[site, device])
        for site, device in export.devices
    }
    resolver = PeerResolver(export_files, index, devices, settings, policy)
    peers = [row for place in export.devices for row in resolver.rows(*place)]
    resolver.report_unused()
    place_unused(export_files, index)
    report_misplaced(export_files, devices)
    _report_without_device(export_files, export.devices)
    _report_unknown_devices(export_files, policy, policy_file, devices)
    _report_unmatched(export_files, export.unmatched, policy_file)
    _report_limits(export_files, not_raised or {}, policy_file)
    revocation_lists = revocation_list_rows(export_files, index.certificates.values())
    return Fleet(
        devices=build_frame("devices", list(devices.values())),
        settings=build_frame(
            "settings", [row for place in export.devices for row in settings_rows(*place, settings[place])]
        ),
        certificates=build_frame("certificates", [certificate_row(item) for item in index.certificates.values()]),
        placements=build_frame("placements", index.placements),
        trust_stores=build_frame("trust_stores", list(_members(index))),
        peers=build_frame("peers", peers),
        revocation_lists=build_frame("revocation_lists", revocation_lists),
        evidence=build_frame(
            "evidence", [row for place in export.devices for row in _evidence(export_files, *place, settings[place])]
        ),
        problems=build_frame("problems", list(export_files.problems.values())),
        source=str(export.root),
        input_sha256=_digest(files),
        site_time_zones=_time_zones(export_files),
        policy=policy,
        decoded=index.certificates,
    )


def _report_without_device(export_files: ExportFiles, devices: tuple[tuple[str, str], ...]) -> None:
    """The files of a site without a device have no use; usually a device is one directory too high."""
    sites = {site for site, _ in devices}
    for file in export_files.files:
        if file.artefact.kind is Kind.REVOCATION_LIST:
            continue
        if file.artefact.site and file.artefact.site not in sites and not file.problems:
            reason = f'"{file.artefact.site}" has no device; devices are SITE/DEVICE/'
            export_files.report(file, "unrecognised", "", reason)


def _report_unknown_devices(export_files: ExportFiles, policy: Policy, file: str, devices: Mapping[str, Row]) -> None:
    """A device of [known.different_stores] that the export does not have: perhaps its name is misspelled."""
    for device in policy.known.different_stores:
        if device not in devices:
            where = "[known.different_stores]"
            reason = f'the export has no device "{device}".{did_you_mean(device, devices)}'
            row = {"kind": "unrecognised", "file": file, "where": where, "reason": reason}
            export_files.problems[file, where, reason] = row


def _report_unmatched(export_files: ExportFiles, patterns: tuple[str, ...], file: str) -> None:
    """A pattern of [export] ignore without effect: perhaps it is misspelled, or has a directory in it."""
    for pattern in patterns:
        why = "names are compared without their directories" if "/" in pattern else "no file has such a name"
        reason = f'the pattern "{pattern}" matches nothing, because {why}. Correct or remove it'
        row = {"kind": "unrecognised", "file": file, "where": "[export] ignore", "reason": reason}
        export_files.problems[file, "[export] ignore", reason] = row


def _report_limits(export_files: ExportFiles, limits: Mapping[str, int], file: str) -> None:
    """A limit that the policy of the export would raise."""
    for key, value in limits.items():
        reason = (
            f"the policy of an export can lower a limit and not raise it, so {value} is not used. If you trust the "
            f"export, use --set limits.{key}={value}; otherwise remove the line"
        )
        row = {"kind": "unrecognised", "file": file, "where": f"[limits] {key}", "reason": reason}
        export_files.problems[file, f"[limits] {key}", reason] = row


def _report_secrets(export_files: ExportFiles, export: Export, secrets: Mapping[str, Sequence[Problem]]) -> None:
    """Report the secrets in files that are not decoded, each with the device whose directory it is in."""
    root, devices = export.root.resolve(), set(export.devices)
    sites = {site for site, _ in devices}
    for path, problems in secrets.items():
        name = as_text(Path(path).relative_to(root).as_posix())
        site, device = (*in_nfc(name).split("/")[:-1], "", "")[:2]
        place = {"site": site if site in sites else None, "device": device if (site, device) in devices else None}
        for problem in problems:
            row = {"kind": problem.kind, **place, "file": name, "where": problem.where, "reason": problem.reason}
            export_files.problems.setdefault((name, problem.where, problem.reason), row)


def _double(site: str, device: str, name: str, remark: str) -> Row:
    return {"kind": "conflict", "site": site, "device": device or None, "file": name, "where": "", "reason": remark}


def _device_row(
    export_files: ExportFiles, index: CertificateIndex, site: str, device: str, settings: dict[str, SettingValue]
) -> Row:
    decoded = _site(export_files, site)
    return {
        "device_id": f"{site}/{device}",
        "site": site,
        "device": device,
        "site_title": (decoded.title if decoded else "") or site,
        **{column: settings[key].value if key in settings else None for column, key in COLUMNS_OF_SETTINGS.items()},
        **slot_columns(export_files, index, site, device),
    }


def _site(export_files: ExportFiles, site: str) -> DecodedSite | None:
    return next(
        (file.content for file in export_files.at(site, "", Kind.SITE) if isinstance(file.content, DecodedSite)), None
    )


def _time_zones(export_files: ExportFiles) -> dict[str, str]:
    return {
        file.artefact.site: file.content.time_zone
        for file in export_files.files
        if isinstance(file.content, DecodedSite) and file.content.time_zone
    }


def _members(index: CertificateIndex) -> Iterable[Row]:
    for store, members in index.trust_stores.items():
        for member in members:
            yield {"trust_store": store, "certificate": member}


def _evidence(export_files: ExportFiles, site: str, device: str, settings: dict[str, SettingValue]) -> Iterable[Row]:
    local = export_files.own(site, device, Kind.LOCAL_CERTIFICATE)
    yield _evidence_row(site, device, "local_certificate", local)
    for kind in TRUST_STORE_KINDS:
        store = export_files.nearest(site, device, kind)
        if store.file or store.claims or kind is not Kind.CALL_HOME_TRUST_STORE:
            yield _evidence_row(site, device, kind.value, store)
    yield _settings_evidence(export_files, site, device, settings)
    peers = export_files.nearest(site, device, Kind.PEERS)
    row = _evidence_row(site, device, "peers", peers)
    yield row | {"state": "typed"} if row["state"] == "read" else row
    for response in export_files.at(site, device, Kind.RESPONSE):
        yield _evidence_row(site, device, response.artefact.path.stem, Found(response))


def _settings_evidence(export_files: ExportFiles, site: str, device: str, settings: dict[str, SettingValue]) -> Row:
    sources = {value.source for value in settings.values()} - {"read", "damaged"}
    nearest = next((value for value in settings.values() if value.source == "typed"), None) or next(
        iter(settings.values()), None
    )
    file = export_files.by_name.get(nearest.file) if nearest else None
    own = export_files.own(site, device, Kind.SETTINGS)
    inherited = Found(file if sources else None)
    row = _evidence_row(site, device, "settings", own if own.file or own.claims else inherited)
    if row["state"] == "damaged":
        return row
    state = "typed" if "typed" in sources or "shown" in sources else "inherited" if sources else "missing"
    return row | {"state": state}


def _evidence_row(site: str, device: str, kind: str, found: Found) -> Row:
    row: Row = {"device_id": f"{site}/{device}", "site": site, "device": device, "kind": kind, "state": "missing"}
    if found.claims:
        return row | {"state": "damaged", "file": " and ".join(found.claims)}
    file = found.file
    if file is None:
        return row
    artefact = file.artefact
    damaged = file.content is None or (isinstance(file.content, Bundle) and file.content.damaged)
    state = "damaged" if damaged else "read" if artefact.device == device and artefact.site == site else "inherited"
    return row | {
        "state": state,
        "file": artefact.name,
        "sha256": file.sha256,
        "size": artefact.size,
        "modified": artefact.modified,
    }


def _digest(files: list[DecodedFile]) -> str:
    """One digest over the names and contents of the files, whatever order they were read in."""
    digest = hashlib.sha256()
    for name, sha256 in sorted((file.artefact.name, file.sha256) for file in files):
        digest.update(f"{name}\0{sha256}\n".encode())
    return digest.hexdigest()
