"""One zip file for a site, to hand on: the page, its tables as CSV, and a manifest with the digest of each file."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mcuaudit.frames.containers import Audit
from mcuaudit.summary.certificates_in_use import certificates_in_use
from mcuaudit.summary.csv_text import BYTE_ORDER_MARK, csv_text, readable

MANIFEST: Final = "manifest.json"
_FRAMES: Final = (
    "findings", "connections", "administration", "devices", "settings", "peers", "evidence", "problems",
)  # fmt: skip


def write_bundle(audit: Audit, page: str | Path, target: str | Path) -> Path:
    """Write the bundle of the site that `audit` is about; the same audit and page give the same file.

    Args:
        audit: the rows of one site.
        page: its HTML file, which stands in the bundle under its own name.
        target: the zip file; an existing one is replaced.
    """
    page, target = Path(page), Path(target)
    files = {page.name: page.read_bytes(), **dict(_tables(audit))}
    files[MANIFEST] = _manifest(audit, files)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in files.items():
            # The time of the audit, as a zip file knows none before 1980 and none after 2107.
            year = min(max(audit.at.year, 1980), 2107)
            member = zipfile.ZipInfo(f"{target.stem}/{name}", (year, *audit.at.timetuple()[1:6]))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            bundle.writestr(member, content)
    return target


def _tables(audit: Audit) -> Iterator[tuple[str, bytes]]:
    in_use = certificates_in_use(audit, with_site=False)["certificate"]
    certificates = audit.certificates[audit.certificates["certificate"].isin(in_use)]
    tables = {name: readable(name, getattr(audit, name)) for name in _FRAMES}
    for name, frame in {**tables, "certificates": readable("certificates", certificates)}.items():
        yield f"tables/{name}.csv", f"{BYTE_ORDER_MARK}{csv_text(frame, spreadsheet=True)}".encode()


def _manifest(audit: Audit, files: dict[str, bytes]) -> bytes:
    told = {
        "audit_id": audit.audit_id,
        "at": audit.at.isoformat(),
        "input_sha256": audit.fleet.input_sha256 or "",
        "versions": dict(audit.versions),
        "files": {
            name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
            for name, content in files.items()
        },
    }
    return (json.dumps(told, indent=2) + "\n").encode()
