"""The rows of `paths` and `identities`, and which of them come from which device."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

CheckKey = tuple[Any, ...]
"""What decides about a row of `paths` or `identities`: the columns that name it, and what could be read."""
PATH_COLUMNS: Final = 7
"""The columns of a row of `paths` that name it; what follows them in its key is whether all could be read."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The keys of the rows that come from one device."""

    paths: set[CheckKey] = field(default_factory=set)
    identities: set[CheckKey] = field(default_factory=set)


class CheckedRows:
    """Every row that a check gave, by its key.

    Attributes:
        paths: rows of the frame `paths`.
        identities: rows of the frame `identities`.
        checked: the keys of the checks that are made now.
        lock: held by who makes checks, as several audits may go on from one.
    """

    def __init__(self) -> None:
        self.paths: dict[CheckKey, dict[str, Any]] = {}
        self.identities: dict[CheckKey, dict[str, Any]] = {}
        self.checked = Checked()
        self.lock = threading.Lock()

    @contextmanager
    def noting(self) -> Iterator[Checked]:
        """Note which rows come from the checks that are made meanwhile."""
        before, self.checked = self.checked, Checked()
        try:
            yield self.checked
        finally:
            self.checked = before

    def rows(self, frame: str, checked: Mapping[str, Checked]) -> dict[CheckKey, dict[str, Any]]:
        """The rows of `paths` or of `identities` that come from these devices, in their order.

        Of several paths that differ in what could be read alone, the first, where most could be read.
        """
        if frame == "identities":
            return {
                key: self.identities[key] for key in sorted({key for one in checked.values() for key in one.identities})
            }
        found: dict[CheckKey, CheckKey] = {}
        for key in sorted({key for one in checked.values() for key in one.paths}):
            found.setdefault(key[:PATH_COLUMNS], key)
        return {key: self.paths[key] for key in found.values()}
