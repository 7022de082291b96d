"""Pages of a former run, which stay where a report could not be made anew; the marker says from when each page is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from mcuaudit.system.files import read_at_most
from mcuaudit.system.own_output import REPORTS_MARKER

_MOST: Final = 2**24


@dataclass(frozen=True, slots=True)
class FormerPages:
    """The pages that a directory of reports has.

    Attributes:
        directory: the directory.
        times: the time of the audit of each page, by its place in the directory.
        same_names: its names are redacted with the same key as those of this run, or not at all.
    """

    directory: Path
    times: Mapping[str, datetime] = field(default_factory=dict)
    same_names: bool = False

    def keep(self, page: str, aside: str | Path) -> datetime | None:
        """Copy a page to the same place below `aside`, if there is one; the time of its audit."""
        moment = self.times.get(page)
        if moment is not None:
            self._copy(page, Path(aside))
        return moment

    def keep_bundle(self, bundle: str, aside: str | Path) -> Path | None:
        """Copy the bundle of a page that is kept, if there is one, to the same place below `aside`."""
        return self._copy(bundle, Path(aside)) if (self.directory / bundle).is_file() else None

    def _copy(self, name: str, aside: Path) -> Path:
        target = aside / name
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(self.directory / name, target)
        return target


def former_pages(directory: str | Path, source: str | None, redacted: str | None) -> FormerPages:
    """The pages of the directory, if they are of the same export, and redacted with the same key or not at all."""
    directory = Path(directory)
    marker = _read(directory / REPORTS_MARKER)
    same_names = marker.get("redacted", "") == (redacted or "")
    if not same_names or marker.get("source") != (source or ""):
        return FormerPages(directory, same_names=same_names)
    known = {"fleet.html", *(f"sites/{page.name}" for page in directory.glob("sites/*.html"))}
    pages = marker.get("pages", {})
    times = {name: _time(at) for name, at in pages.items() if name in known} if isinstance(pages, dict) else {}
    found = {name: at for name, at in times.items() if at is not None and (directory / name).is_file()}
    return FormerPages(directory, found, same_names)


def write_marker(
    directory: str | Path, times: Mapping[str, datetime], source: str | None, redacted: str | None
) -> None:
    """Say in the marker from when each page is, and what was read."""
    pages = {name: at.isoformat() for name, at in times.items()}
    values = {"made_by": "mcuaudit", "source": source or "", "redacted": redacted or "", "pages": pages}
    (Path(directory) / REPORTS_MARKER).write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


def _read(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            found = json.loads(read_at_most(stream, _MOST) or b"")
    except (OSError, ValueError, RecursionError):
        # Not there yet, or changed by hand: no former page can be dated, so none is kept.
        return {}
    return found if isinstance(found, dict) else {}


def _time(at: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(at))
    except ValueError:
        return None
    return found if found.tzinfo else None
