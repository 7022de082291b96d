"""What installed packages provide by entry points, without anything from the working directory."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint, distributions
from pathlib import Path


def installed_entries(group: str) -> Iterator[tuple[str, EntryPoint]]:
    """Every entry point of the group, each with name and version of its package, in the order of these.

    Of two packages of one name the first on the import path counts. The working directory is left out even where it is
    on the import path: it may be an export.
    """
    found: dict[str, list[tuple[str, EntryPoint]]] = {}
    for distribution in distributions(path=_import_path()):
        entries = [entry for entry in distribution.entry_points if entry.group == group]
        name = distribution.metadata["Name"] if entries else ""
        if name and name not in found:
            found[name] = [(f"{name} {distribution.version}", entry) for entry in entries]
    yield from sorted((pair for pairs in found.values() for pair in pairs), key=lambda pair: (pair[0], pair[1].name))


def _import_path() -> list[str]:
    try:
        here = Path.cwd()
    except OSError:
        return [place for place in sys.path if place]
    return [place for place in sys.path if place and Path(place).resolve() != here]
