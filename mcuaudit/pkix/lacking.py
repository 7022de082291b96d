"""The CAs that a trust store lacks for a path, as far as the path is known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mcuaudit.domain.cause import Cause, CauseKind, cause_at
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.name_lists import join_names, split_names
from mcuaudit.domain.slots import Place
from mcuaudit.pkix.checks import self_signed


class Lack(StrEnum):
    """Where a CA is that a trust store lacks."""

    ELSEWHERE = "elsewhere"
    """Its certificate is neither in the store nor presented, but elsewhere in the export (reading A11)."""
    ROOT = "root"
    """It is a root that is presented and not in the store."""
    ISSUER = "issuer"
    """It issued the last certificate of the path, and its own certificate was not found."""


@dataclass(frozen=True, slots=True)
class LackingAuthority:
    """One CA that a trust store lacks, by its name; the name may be empty."""

    lack: Lack
    name: str

    def cause(self, store: Place) -> Cause:
        """The cause of a refusal: the CA that was not found, else the store."""
        if self.lack is Lack.ISSUER and self.name:
            return cause_at(CauseKind.MISSING_AUTHORITY, store, self.name)
        return cause_at(CauseKind.TRUST_STORE, store)


def lacking_authorities(
    path: Sequence[Certificate], presented: Collection[str], members: Collection[str], missing_issuer: str | None = None
) -> tuple[LackingAuthority, ...]:
    """The CAs that a trust store lacks for a path, from the end entity up.

    A store that contains the last certificate of the path lacks none above it: whether that certificate needs its root
    is reading A12.

    Args:
        path: the path as far as it was found, the end entity first; empty if there is none.
        presented: SHA-256 of the certificates that are presented.
        members: SHA-256 of the members of the store.
        missing_issuer: the issuer that was not found, by its name and what distinguishes it from others of that name.
    """
    if not path:
        return ()
    end_entity, *cas = path
    known = {end_entity.sha256, *presented, *members}
    found = [LackingAuthority(Lack.ELSEWHERE, ca.subject_text) for ca in cas if ca.sha256 not in known]
    last = path[-1]
    if last.sha256 in members:
        return tuple(found)
    if not self_signed(last):
        return (*found, LackingAuthority(Lack.ISSUER, missing_issuer or last.issuer_text))
    return (*found, LackingAuthority(Lack.ROOT, last.subject_text)) if cas else tuple(found)


def lacking_cell(lacking: Iterable[LackingAuthority]) -> str:
    """Several of them in one cell: ``issuer:CN=Example\\x20CA``."""
    return join_names(f"{one.lack}:{one.name}" for one in lacking)


def lacking_of(cell: str) -> tuple[LackingAuthority, ...]:
    """The CAs that `lacking_cell` wrote into one cell."""
    parts = (word.partition(":") for word in split_names(cell))
    return tuple(LackingAuthority(Lack(lack), name) for lack, _, name in parts)
