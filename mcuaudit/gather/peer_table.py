"""A table of peers to complete in a spreadsheet: what certificates and settings say of each, and columns to fill in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.products import PRODUCTS
from mcuaudit.gather.known import Known, KnownDevice
from mcuaudit.gather.named_parties import NamedParty
from mcuaudit.gather.peer_drafts import draft_rows, free_name, title_of
from mcuaudit.gather.sorted_files import SortedFile, What, names_of
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import listed

PRODUCT, PLACE, NAME, SHA256 = "product", "place", "name", "sha256"
KEYS: Final = (
    NAME, "connections", "identifiers", "user", "trust_store", "chain_complete", "route", "standard", "version",
    "expects", "checks_crls", "device", "certificate", "client_certificate",
)  # fmt: skip
"""The columns that are keys of peers.toml, beside `product`."""
FACTS: Final = (SHA256, "names", "issuer", "expires", "why")
"""The columns that say what is known; they need not be changed."""
COLUMNS: Final = (PRODUCT, PLACE, *KEYS, *FACTS)
OTHER: Final = "other"
"""Stands for a product that mcuaudit does not know."""
FLEET: Final = "fleet"
"""The place of a peer of all devices."""
PRODUCT_WORDS: Final = (*PRODUCTS, OTHER)
_WORDS: Final = {
    "feedback_receiver": "a feedback receiver",
    "ocsp_server": "the OCSP server",
    "outgoing_sip": "the outbound address",
}
_IN_A_CELL: Final = "; "


def peer_table(rows: Iterable[SortedFile], known: Known) -> list[dict[str, str]]:
    """A row for each certificate whose holder is not known, and for each server that settings name without one.

    Nothing in it is claimed by an export: a row counts when a person has filled in its product. `place` and
    `connections` have what settings say, and `why` says from where that is.
    """
    taken: set[str] = set()
    found: list[dict[str, str]] = []
    met: set[NamedParty] = set()
    domains = _domains(known.devices)
    for row, own in draft_rows(rows):
        named = _named(own, row, known.named)
        met.update(named)
        found.append(_of_certificate(row, own, free_name(title_of(own), taken), named, domains))
    by_name: dict[str, list[NamedParty]] = {}
    for one in known.named:
        if one.connection is not None and one not in met:
            by_name.setdefault(one.name, []).append(one)
    found += [_cells(free_name(name, taken), named) | {"identifiers": name} for name, named in by_name.items()]
    return sorted(found, key=lambda cells: (bool(cells["user"]), cells[PLACE], not cells["connections"], cells[NAME]))


def _of_certificate(
    row: SortedFile, own: Certificate, name: str, named: Sequence[NamedParty], domains: Mapping[str, Collection[str]]
) -> dict[str, str]:
    cells = _cells(name, named)
    is_user = row.what is What.USER
    if is_user and own.common_names:
        cells["user"] = own.common_names[0]
    servers = dict.fromkeys(one.name for one in named if one.connection is not None)
    cells["identifiers"] = "" if is_user else _IN_A_CELL.join(servers)
    sites = {site for one in (*own.dns_names, *own.common_names) for site in domains.get(_domain(one), ())}
    if not cells[PLACE] and len(sites) == 1 and not is_user:
        (cells[PLACE],) = sites
        cells["why"] = f"its domain is that of the devices at {cells[PLACE]} alone"
    return cells | {
        "certificate": row.item.file.name, SHA256: row.item.digest, "names": _IN_A_CELL.join(names_of(own)),
        "issuer": own.issuer_text, "expires": own.not_after.date().isoformat(),
    }  # fmt: skip


def _cells(name: str, named: Sequence[NamedParty]) -> dict[str, str]:
    """The cells of a peer that settings give: where it is used, and for what."""
    connections = dict.fromkeys(str(one.connection) for one in named if one.connection is not None)
    devices = dict.fromkeys(one.device_id for one in named)
    cells = dict.fromkeys(COLUMNS, "")
    cells |= {NAME: name, PLACE: _place_of([*devices]), "connections": _IN_A_CELL.join(connections)}
    cells["why"] = _IN_A_CELL.join(_reasons(named))
    return cells


def _reasons(named: Sequence[NamedParty]) -> Iterator[str]:
    by_role: dict[str, list[str]] = {}
    for one in named:
        by_role.setdefault(_WORDS.get(str(one.connection), "a user"), []).append(one.device_id)
    for role, devices in by_role.items():
        where = listed(devices) if len(devices) < 3 else plural(len(devices), "device")
        yield f"{role} in the settings of {where}"


def _named(own: Certificate, row: SortedFile, named: Iterable[NamedParty]) -> list[NamedParty]:
    """What settings say of the holder of a certificate: of a user by the CN, of a server by any name."""
    if row.what is What.USER:
        names = {one.casefold() for one in own.common_names}
        return [one for one in named if one.connection is None and one.name.casefold() in names]
    names = {one.casefold() for one in names_of(own)}
    return [one for one in named if one.connection is not None and one.name.casefold() in names]


def _place_of(devices: Sequence[str]) -> str:
    """The nearest place that all these devices share."""
    if len(devices) < 2:
        return "".join(devices)
    sites = {one.partition("/")[0] for one in devices}
    return sites.pop() if len(sites) == 1 else FLEET


def _domains(devices: Iterable[KnownDevice]) -> Mapping[str, Collection[str]]:
    """By domain, the sites whose devices have a host name in it."""
    found: dict[str, set[str]] = {}
    for one in devices:
        for host in one.host_names:
            if _domain(host):
                found.setdefault(_domain(host), set()).add(one.site)
    return found


def _domain(host: str) -> str:
    """The domain of a host name: what follows its first label, if that has two labels itself."""
    domain = host.casefold().rstrip(".").partition(".")[2]
    return domain if "." in domain else ""
