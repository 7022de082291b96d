"""The view of problems: what could not be read or used, and what should not be in an export, file by file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from mcuaudit.rules.views.base import Views, judged, view
from mcuaudit.rules.views.columns import JUDGED, of_frame, text
from mcuaudit.rules.views.scope import Scope
from mcuaudit.rules.views.table import Table

_KINDS: Final = ("unreadable", "unrecognised", "secret", "licence")
_REPORTED_AS: Final = {**{kind: kind for kind in _KINDS}, "saved_request": "secret"}
"""Which kind of problem a rule reports, by the kind in the frame; others are not reported by rules."""
_COLUMNS: Final = ("kind", "site", "device", "file", "where", "reason")
_OF_FILE: Final = ("site", "device", "file", "problem", "problem_text", "device_id", "use_words", "read_words")
_MOST_PROBLEMS: Final = 3
_LINE: Final = re.compile(r" ?\bline \d+(?:, character \d+)?")


@view(
    "file × kind of problem in it; one for a device without any",
    of_frame("problems", "site", "device", "file"),
    text("device_id", "site/device; missing for a file of a site or of the fleet."),
    text(
        "problem",
        "Kind of problem; missing where there is none.",
        _KINDS,
    ),
    text("use_words", "Whether the file is ignored or used in part, for messages about unrecognised content."),
    text("read_words", "Whether the file or a part of it cannot be used, for messages about unreadable files."),
    text("problem_text", "What was found and where, in words."),
    text("place", "The device, the site, or the export."),
    JUDGED,
    scope=Scope.PROBLEMS,
)
def problems(views: Views) -> Table:
    """One row per file with problems of one kind, and one per device of whose files none has any.

    `problem` is unreadable, unrecognised, secret or licence; missing where there is no problem. A file of a site or of
    the fleet has no `device_id`.
    """
    listed: dict[tuple[str | None, ...], list[str]] = {}
    partly: set[tuple[str | None, ...]] = set()
    for kind, site, device, file, where, reason in views.source("problems").each(*_COLUMNS):
        problem = _REPORTED_AS.get(kind)
        if problem is not None:
            place = (site, device, file, problem)
            partly |= {place} if where else set()
            # A licence key is named by its member alone.
            listed.setdefault(place, []).append(where if problem == "licence" else _in_words(where or "", reason))
    rows: list[dict[str, str | None]] = []
    places = sorted(listed, key=lambda place: [(part is None, part or "") for part in place])
    for site, device, file, problem in places:
        device_id = f"{site}/{device}" if site is not None and device is not None else None
        row = {"site": site, "device": device, "file": file, "problem": problem, "device_id": device_id}
        in_part = (site, device, file, problem) in partly
        row["use_words"] = "is used only in part" if in_part else "is ignored"
        row["read_words"] = "is only partly readable" if in_part else "cannot be used"
        text_of_all = _some_of(listed[site, device, file, problem])
        rows.append(row | {"problem_text": text_of_all})
    seen = {row["device_id"] for row in rows}
    for site, device, device_id in views.source("devices").each("site", "device", "device_id"):
        if device_id not in seen:
            rows.append({"site": site, "device": device, "device_id": device_id})
    found = Table(len(rows), {name: [row.get(name) for row in rows] for name in _OF_FILE})
    found = found.adding(place=[device or site or "the export" for device, site in found.each("device_id", "site")])
    return judged(found, "place", "file", "problem")


def _in_words(where: str, reason: str) -> str:
    """What is wrong and where, without lines and characters within them, which change with every edit."""
    parts = _LINE.sub("", where).split(",")
    where = ", ".join(part.strip() for part in parts if part.strip())
    return (f"{where}: " if where else "") + reason.rstrip(".")


def _some_of(listed: Iterable[str]) -> str:
    several = list(dict.fromkeys(listed))
    more = f"; and {len(several) - _MOST_PROBLEMS} more" if len(several) > _MOST_PROBLEMS else ""
    sentence = "; ".join(several[:_MOST_PROBLEMS]) + more
    return sentence if sentence.endswith(("?", "!")) else f"{sentence}."
