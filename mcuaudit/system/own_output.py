"""What mcuaudit itself wrote: saved audits and directories of reports, recognised by the names of their files."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from mcuaudit.system.remote_addresses import is_remote

AUDIT_MANIFEST: Final = "audit.json"
COMPARISON_DIRECTORY: Final = "comparison"
BUNDLE_MANIFEST: Final = "manifest.json"
SIGNATURE_ENDING: Final = ".sig"
"""The signature of `audit.json` is `audit.json.sig`: the 64 octets of RFC 8032, as openssl pkeyutl reads them."""
_OF_AN_AUDIT: Final = (AUDIT_MANIFEST, f"{AUDIT_MANIFEST}{SIGNATURE_ENDING}", COMPARISON_DIRECTORY)
REPORTS_MARKER: Final = ".mcuaudit-reports.json"
REPORTS_ENTRIES: Final = frozenset(
    {REPORTS_MARKER, "index.html", "fleet.html", "explorer.html", "sites", "audit", "bundles", "failed"}
)
"""Every entry that a directory of reports can have."""


def is_audit(directory: str | Path) -> bool:
    """Whether the directory is a saved audit: its manifest, and beside it nothing but frames."""
    names = _names(directory)
    return AUDIT_MANIFEST in names and all(is_of_an_audit(name) for name in names)


def is_of_an_audit(name: str) -> bool:
    """Whether a saved audit may hold a file or directory of that name."""
    return name in _OF_AN_AUDIT or name.endswith(".parquet") or name.startswith(".")


def is_reports(directory: str | Path) -> bool:
    """Whether the directory holds reports, and nothing else."""
    names = _names(directory)
    return REPORTS_MARKER in names and names <= REPORTS_ENTRIES


def kept_audit(path: str | Path) -> Path | None:
    """The saved audit that a path is, or that lies in the directory of reports that it is; None for anything else.

    A directory that holds an audit among other things, such as an export, is not one.
    """
    if is_remote(path):
        return None
    path = Path(path)
    if is_audit(path):
        return path
    return path / "audit" if is_reports(path) and is_audit(path / "audit") else None


def _names(directory: str | Path) -> frozenset[str]:
    try:
        return frozenset(entry.name for entry in Path(directory).iterdir())
    except (OSError, ValueError):
        # Nothing is there, or nothing can be.
        return frozenset()
