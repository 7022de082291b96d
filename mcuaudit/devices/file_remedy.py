"""What to do about a file that cannot be used: rename it if only its name is wrong, keep one of two, or correct it."""

from __future__ import annotations

import posixpath
from typing import Final

from mcuaudit.collect.file_names import RESPONSES, kind_by_name, near_name, near_response, response_name
from mcuaudit.collect.file_places import PEERS_DIRECTORY, is_responses
from mcuaudit.collect.near_names import is_text
from mcuaudit.domain.remedy import Remedy, RemedyKind

_OF_DEVICE: Final = 3
"""The parts of the name of a file in the directory of a device: site, device, file."""


def file_remedy(evidence: str) -> Remedy:
    """The remedy for a file of the export, or two for one purpose, or a file and key."""
    files = tuple(evidence.split(" and "))
    if len(files) > 1 and all(_right_name(file) for file in files):
        return Remedy(RemedyKind.KEEP_ONE_FILE, files)
    right = _right_name(evidence)
    if right and right != evidence:
        return Remedy(RemedyKind.RENAME_EVIDENCE, (evidence, right))
    return Remedy(RemedyKind.CORRECT_EVIDENCE, (evidence,))


def _right_name(file: str) -> str | None:
    """The name that the file should have within the export; None if that is not known."""
    directory, name = posixpath.split(file)
    parts = directory.split("/") if directory else []
    if PEERS_DIRECTORY in parts:
        return None
    head, blank, _ = name.partition(" ")
    if blank and (kind_by_name(head) or response_name(head) in RESPONSES):
        # A file and its key are not a name.
        return None
    if parts[2:] and is_responses(parts[2]):
        near = near_response(name)
        return file if response_name(name) else posixpath.join(directory, f"{near}.xml") if near else None
    known = name if kind_by_name(name) else near_name(name, of_device=len(parts) + 1 >= _OF_DEVICE)
    if not is_text(name):
        # Another name would not make it a file that can be read.
        return None
    return posixpath.join(*parts[: _OF_DEVICE - 1], known) if known else None
