"""The revocation lists that there are, by issuer, and their entries by certificate."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.revocation_list import Entry, RevocationList
from mcuaudit.pkix.names import canonical_name


class RevocationLists:
    """Complete lists and delta lists, each once, by the canonical name of their issuer.

    Attributes:
        damaged: the files with a list that cannot be read at all. It may be of any issuer, and revoke.
        files: where each list lies, by its SHA-256.
    """

    def __init__(
        self, lists: Iterable[RevocationList] = (), damaged: Iterable[str] = (), files: Mapping[str, str] | None = None
    ) -> None:
        self.damaged = tuple(sorted(damaged))
        self.files = dict(files or {})
        # The newest first: it decides where several have the same scope.
        once = sorted({one.sha256: one for one in lists}.values(), key=_newest_first)
        self._complete: dict[bytes, list[RevocationList]] = {}
        self._deltas: dict[bytes, list[RevocationList]] = {}
        for one in once:
            found = self._deltas if one.is_delta else self._complete
            found.setdefault(canonical_name(one.issuer), []).append(one)
        self._groups: dict[str, dict[bytes, list[int]]] = {}

    def __len__(self) -> int:
        found = sum(len(found) for index in (self._complete, self._deltas) for found in index.values())
        return found + len(self.damaged)

    def complete(self, issuer: bytes) -> list[RevocationList]:
        """The complete lists of an issuer, by its canonical name."""
        return self._complete.get(issuer, [])

    def deltas(self, issuer: bytes) -> list[RevocationList]:
        """The delta lists of an issuer, by its canonical name."""
        return self._deltas.get(issuer, [])

    def entry(self, one: RevocationList, certificate: Certificate) -> Entry | None:
        """The entry with issuer and serial number of the certificate (RFC 5280, section 5.3.3)."""
        groups = self._groups.get(one.sha256)
        if groups is None:
            groups = self._groups[one.sha256] = {}
            for number, names in enumerate(one.entry_issuers):
                for name in names:
                    groups.setdefault(canonical_name(name), []).append(number)
        found = (
            one.entries.get((number, certificate.serial_number))
            for number in groups.get(canonical_name(certificate.issuer), ())
        )
        return next((entry for entry in found if entry is not None), None)


def _newest_first(one: RevocationList) -> tuple[float, int, str]:
    since = one.this_update.timestamp() if one.this_update else math.inf
    return -since, -(one.number or 0), one.sha256
