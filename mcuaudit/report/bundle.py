"""One zip file per site, to send to others: the page, its tables as CSV, and a manifest with a digest per file."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mcuaudit.frames.containers import Audit
from mcuaudit.summary.certificates_in_use import certificates_in_use
from mcuaudit.summary.csv_text import csv_octets, readable
from mcuaudit.system.digests import digest
from mcuaudit.system.own_output import BUNDLE_MANIFEST, SIGNATURE_ENDING
from mcuaudit.system.signing import SigningKey

_FRAMES: Final = (
    "findings", "connections", "administration", "devices", "settings", "peers", "evidence", "problems",
)  # fmt: skip


def write_bundle(audit: Audit, page: str | Path, target: str | Path, sign: SigningKey | None = None) -> Path:
    """Write the bundle of one site; the same audit, page and key give the same file.

    Args:
        audit: the rows of one site.
        page: its HTML file, which keeps its name in the bundle; before it gets its links to the pages beside it.
        target: the zip file; an existing one is replaced.
        sign: the key that signs the manifest.
    """
    page, target = Path(page), Path(target)
    files = {page.name: page.read_bytes(), **dict(_tables(audit))}
    files[BUNDLE_MANIFEST] = _manifest(audit, files)
    if sign:
        files[f"{BUNDLE_MANIFEST}{SIGNATURE_ENDING}"] = sign.sign(files[BUNDLE_MANIFEST])
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in files.items():
            # The time of the audit, within the years of the zip format, 1980 to 2107.
            year = min(max(audit.at.year, 1980), 2107)
            member = zipfile.ZipInfo(f"{target.stem}/{name}", (year, *audit.at.timetuple()[1:6]))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            bundle.writestr(member, content)
    return target


def _tables(audit: Audit) -> Iterator[tuple[str, bytes]]:
    in_use = certificates_in_use(audit, with_site=False)["certificate"]
    certificates = audit.certificates[audit.certificates["certificate"].isin(in_use)]
    frames = {**{name: getattr(audit, name) for name in _FRAMES}, **audit.for_pages.frames}
    tables = {name: readable(name, frame) for name, frame in frames.items()}
    for name, frame in {**tables, "certificates": readable("certificates", certificates)}.items():
        yield f"tables/{name}.csv", csv_octets(frame, spreadsheet=True)


def _manifest(audit: Audit, files: dict[str, bytes]) -> bytes:
    manifest = {
        "audit_id": audit.audit_id,
        "at": audit.at.isoformat(),
        "input_sha256": audit.fleet.input_sha256 or "",
        "redacted": audit.fleet.redacted or "",
        "versions": dict(audit.versions),
        "files": {name: digest(content) for name, content in files.items()},
    }
    return (json.dumps(manifest, indent=2) + "\n").encode()
