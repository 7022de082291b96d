"""The trust graph: who issued the devices' certificates, which stores they trust by, and which CAs those hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, TypeVar

import pandas as pd

from mcuaudit.figures import Layer, Link, Node, layered_graph
from mcuaudit.frames.containers import Audit
from mcuaudit.model import Outcome, Slot
from mcuaudit.report.figure import wide_figure
from mcuaudit.report.holdings import common_name
from mcuaudit.report.html import Html, code, element, folded, join, paragraph, small
from mcuaudit.report.table import ROWS_SHOWN, Row, csv_link, shown_of, table
from mcuaudit.report.words import is_missing, listed, plural, said, short_hash

NAMED: Final = 4
"""Devices of one group that a table names without being asked."""
BOXES: Final = 14
"""Boxes of one column; what is beyond stands in one more."""
_SLOT_WORDS: Final = {Slot.SIP_TRUST_STORE: "SIP", Slot.HTTPS_TRUST_STORE: "HTTPS"}
_SLOTS: Final = tuple(_SLOT_WORDS)
_DAMAGED: Final = " · damaged"
_NOT_READ: Final = {"missing": "not in the export", "damaged": "could not be read"}
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Title:
    """What an issuer or a store is called, a second line, and the kind of its box."""

    label: str
    note: str
    kind: str


@dataclass(frozen=True, slots=True)
class Group:
    """Devices that have the same issuer and the same trust stores; those three by their keys in `TrustGraph.titles`."""

    issuer: str
    stores: tuple[str, str]
    devices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate in some of the stores (by their keys), and how many devices and peers it vouches for."""

    certificate: str
    name: str
    stores: tuple[str, ...]
    devices: int
    peers: int
    expired: bool


@dataclass(frozen=True, slots=True)
class TrustGraph:
    """Groups of devices by issuer, the members of their stores, and the titles of issuers and stores by key."""

    groups: list[Group]
    authorities: list[Authority]
    titles: dict[str, Title]


def trust_graph(audit: Audit, *, with_site: bool) -> TrustGraph:
    """Gather the graph from the frames; `with_site` says what devices are called."""
    devices = audit.devices.merge(
        audit.certificates[["certificate", "issuer", "self_issued"]],
        left_on="local_certificate", right_on="certificate", how="left",
    )  # fmt: skip
    sizes = audit.trust_stores.groupby("trust_store").size().to_dict()
    titles: dict[str, Title] = {}
    members: dict[tuple[str, tuple[str, str]], list[str]] = {}
    for row in devices.to_dict("records"):
        issuer = _issuer(row, titles)
        sip, https = (_store(row, slot, sizes, titles) for slot in _SLOTS)
        members.setdefault((issuer, (sip, https)), []).append(said(row["device_id" if with_site else "device"]))
    groups = [Group(issuer, stores, tuple(sorted(names))) for (issuer, stores), names in members.items()]
    groups.sort(key=lambda group: (group.issuer, -len(group.devices), group.devices))
    return TrustGraph(groups, _authorities(audit), _with_holders(titles, groups))


def _with_holders(titles: Mapping[str, Title], groups: list[Group]) -> dict[str, Title]:
    """The titles, those of stores with the number of devices that hold them: a digest alone tells nothing."""
    holders = Counter[str]()
    for group in groups:
        holders.update({store: len(group.devices) for store in set(group.stores)})
    return {
        key: replace(title, label=f"{title.label} · {plural(holders[key], 'device')}") if key in holders else title
        for key, title in titles.items()
    }


def _issuer(row: Mapping[Hashable, Any], titles: dict[str, Title]) -> str:
    """The key of the issuer of a device's local certificate; its title is added."""
    state = said(row["local_certificate_state"])
    if is_missing(row["local_certificate"]):
        key, title = "none", Title("No local certificate", _NOT_READ.get(state, state), "missing")
    elif row["self_issued"]:
        key, title = "itself", Title("Itself", "self-issued", "authority")
    else:
        issuer = said(row["issuer"])
        key, title = f"name {issuer}", Title(*_named(issuer), "authority")
    titles[key] = title
    return key


def _named(name: str) -> tuple[str, str]:
    """The CN of a name as RFC 4514 writes it, and the rest of it; else the whole name."""
    found = re.match(r"CN=((?:[^,+\\]|\\.)+),?", name)
    if not found:
        return name, "named as issuer"
    return re.sub(r"\\(.)", r"\1", found[1]), name[found.end() :] or "named as issuer"


def _store(row: Mapping[Hashable, Any], slot: Slot, sizes: Mapping[Hashable, int], titles: dict[str, Title]) -> str:
    """The key of a device's store of that slot; its title is added, or says both slots where it is used in both."""
    title, state, store = _SLOT_WORDS[slot], said(row[f"{slot.value}_state"]), row[slot.value]
    if is_missing(store):
        key = f"{slot.value} {state}"
        titles[key] = Title(title, _NOT_READ.get(state, state), "missing")
        return key
    key = f"store {store}"
    known = titles.get(key)
    label = title if known is None or known.label == title else " and ".join(_SLOT_WORDS.values())
    number = int(sizes.get(store, 0))
    words = plural(number, "certificate") if number else "empty"
    # What was read of a damaged file may be what another device holds as a whole: both share the box.
    damaged = state not in ("present", "empty") or (known is not None and _DAMAGED in known.note)
    titles[key] = Title(label, f"{words} · {short_hash(store)}{_DAMAGED if damaged else ''}", "store")
    return key


def _authorities(audit: Audit) -> list[Authority]:
    """The members of the devices' stores, those that vouch for most first."""
    held = {store for slot in _SLOTS for store in audit.devices[slot.value].dropna()}
    members = audit.trust_stores[audit.trust_stores["trust_store"].isin(held)]
    stores = members.groupby("certificate")["trust_store"].agg(sorted).to_dict()
    vouched = _vouched(audit.paths)
    local = Counter(audit.devices["local_certificate"].dropna())
    peers = set(audit.peers["certificate"].dropna()) - set(local)
    found = []
    for row in audit.certificates[audit.certificates["certificate"].isin(stores)].to_dict("records"):
        certificate = said(row["certificate"])
        below = vouched.get(certificate, set())
        found.append(
            Authority(
                certificate=certificate,
                name=common_name(pd.Series(row)),
                stores=tuple(f"store {store}" for store in stores[certificate]),
                devices=sum(local[key] for key in below),
                peers=len(below & peers),
                expired=bool(row["not_after"] < audit.at),
            )
        )
    return sorted(found, key=lambda one: (-one.devices - one.peers, one.name, one.certificate))


def _vouched(paths: pd.DataFrame) -> dict[str, set[str]]:
    """By certificate: the end entities to which a valid path was found that leads over it."""
    passing = paths[paths["trust"] == Outcome.PASS.value].dropna(subset=["path"])
    vouched: dict[str, set[str]] = {}
    for certificate, path in zip(passing["certificate"], passing["path"], strict=True):
        # A certificate that is in a store itself has a path of its own length, one.
        for authority in path.split()[1:] or [certificate]:
            vouched.setdefault(authority, set()).add(certificate)
    return vouched


def vouches_for(devices: int, peers: int) -> str:
    """Whom a CA vouches for: ``for 12 devices, 3 peers``."""
    found = [plural(number, one) for number, one in ((devices, "device"), (peers, "peer")) if number]
    return f"for {', '.join(found)}" if found else "for nobody"


def trust_graph_section(audit: Audit, name: str, *, with_site: bool) -> Html:
    """The graph as a picture, and the same in two tables; `name` is that of the CSV file."""
    graph = trust_graph(audit, with_site=with_site)
    if not graph.groups:
        return paragraph("There is no device.")
    summary = (
        f"{plural(len(audit.devices), 'device')} in {plural(len(graph.groups), 'group')} of the same issuer and trust "
        f"stores, {plural(len(graph.authorities), 'certificate')} in their stores"
    )
    caption = (
        "From left to right: whom the local certificates name as issuer, the devices that have them, the stores by "
        "which these devices trust others, and the certificates in those stores. A CA vouches for whoever a valid path "
        "over it was found for. A broken outline: not in the export."
    )
    drawn = layered_graph(*_drawn(graph), f"Trust graph: {summary}. The tables below say the same.")
    tables = (_groups_table(graph, name), _authorities_table(graph, name))
    return join((wide_figure(drawn, caption, label="Trust graph"), folded("The graph as tables", *tables)))


def _drawn(graph: TrustGraph) -> tuple[list[Layer], list[Link]]:
    """The four columns, none longer than `BOXES` and one, and the links between them."""
    issuers, stores = Counter[str](), Counter[str]()
    for group in graph.groups:
        issuers[group.issuer] += len(group.devices)
        stores.update({store: len(group.devices) for store in set(group.stores)})
    in_issuers, in_stores = _places("issuer", issuers), _places("store", dict(sorted(stores.items())))
    in_groups = _places("group", {number: len(group.devices) for number, group in enumerate(graph.groups)})
    ranks = {one.certificate: -number for number, one in enumerate(graph.authorities)}
    in_authorities = _places("authority", ranks)
    links: Counter[tuple[str, str]] = Counter()
    for number, group in enumerate(graph.groups):
        links[in_issuers[group.issuer], in_groups[number]] += len(group.devices)
        for store in set(group.stores):
            links[in_groups[number], in_stores[store]] += len(group.devices)
    for one in graph.authorities:
        for store in one.stores:
            links[in_stores[store], in_authorities[one.certificate]] += 1
    layers = [
        Layer("Issuer", _nodes(in_issuers, lambda keys: _titled(keys, graph, "issuers"))),
        Layer("Devices", _nodes(in_groups, lambda keys: _of_groups([graph.groups[number] for number in keys]))),
        Layer("Trust stores", _nodes(in_stores, lambda keys: _titled(keys, graph, "trust stores"))),
        Layer("In the stores", _nodes(in_authorities, lambda keys: _of_authorities(keys, graph))),
    ]
    # Where no store was read there is no last column.
    shown = [layer for layer in layers if layer.nodes]
    return shown, [Link(start, end, weight) for (start, end), weight in sorted(links.items())]


def _places(column: str, weights: Mapping[Key, int]) -> dict[Key, str]:
    """The box of each thing: one of its own for the weightiest, one for all others."""
    order = sorted(weights, key=lambda key: -weights[key])
    # One thing alone gets its own box: that takes no more room than a box that says "one more".
    room = set(order if len(order) <= BOXES + 1 else order[:BOXES])
    return {key: f"{column} {number}" if key in room else f"{column} rest" for number, key in enumerate(weights)}


def _nodes(places: Mapping[Key, str], title: Callable[[list[Key]], Title]) -> list[Node]:
    """The boxes of one column, that of the others last; `title` gives what stands in a box, for the keys in it."""
    boxes: dict[str, list[Key]] = {}
    for key, box in places.items():
        boxes.setdefault(box, []).append(key)
    named = {box: title(keys) for box, keys in sorted(boxes.items(), key=lambda item: _is_rest(item[0]))}
    return [Node(box, told.label, told.note, told.kind, last=_is_rest(box)) for box, told in named.items()]


def _is_rest(box: str) -> bool:
    return box.endswith(" rest")


def _titled(keys: list[str], graph: TrustGraph, what: str) -> Title:
    first = graph.titles[keys[0]]
    return first if len(keys) == 1 else Title(f"{len(keys)} more {what}", "see the table", first.kind)


def _of_groups(groups: list[Group]) -> Title:
    devices = [device for group in groups for device in group.devices]
    if len(groups) > 1:
        return Title(f"{len(groups)} more groups", f"{plural(len(devices), 'device')}, see the table", "device")
    if len(devices) == 1:
        return Title(devices[0], "", "device")
    return Title(plural(len(devices), "device"), listed(devices, 1 if len(devices) > 2 else 2), "device")


def _of_authorities(keys: list[str], graph: TrustGraph) -> Title:
    found = [one for one in graph.authorities if one.certificate in keys]
    if len(found) > 1:
        return Title(f"{len(found)} more certificates", "see the table", "authority")
    (one,) = found
    note = vouches_for(one.devices, one.peers)
    if one.expired:
        return Title(one.name, f"expired, vouches {note}", "expired")
    return Title(one.name, f"vouches {note}", "authority")


def _groups_table(graph: TrustGraph, name: str) -> Html:
    titles = graph.titles

    def titled(key: str) -> Html:
        return join((titles[key].label, small(titles[key].note) if titles[key].note else None))

    rows = [
        Row(
            (
                _devices(group),
                titled(group.issuer),
                *(titled(store) for store in group.stores),
            )
        )
        for group in graph.groups[:ROWS_SHOWN]
    ]
    each = [
        {"device": device, "issuer": titles[group.issuer].label, **_stores_of(group)}
        for group in graph.groups
        for device in group.devices
    ]
    link = csv_link(pd.DataFrame(each), f"{name}-trust", "Every device as CSV")
    caption = join((f"{shown_of(len(rows), len(graph.groups), 'group')} of devices. ", link))
    columns = ("Devices", "Local certificate from", "SIP calls trust by", "HTTPS trusts by")
    return table(caption, columns, rows, label="Devices, issuers and trust stores")


def _stores_of(group: Group) -> dict[str, str]:
    """By slot: the digest of the store, or what there is of it."""
    slots = (slot.value for slot in _SLOTS)
    return {slot: key.rpartition(" ")[2] for slot, key in zip(slots, group.stores, strict=True)}


def _devices(group: Group) -> Html:
    """All names of a group, folded where they are many."""
    number = small(plural(len(group.devices), "device"))
    if len(group.devices) <= NAMED:
        return join((listed(group.devices, NAMED), number))
    every = element("ul", *(element("li", device) for device in group.devices))
    return join((folded(listed(group.devices, 2), every), number))


def _authorities_table(graph: TrustGraph, name: str) -> Html:
    rows = [
        Row(
            (
                join((one.name, small(code(short_hash(one.certificate))))),
                join((f"{graph.titles[store].label} ({short_hash(store.split()[1])})" for store in one.stores), ", "),
                f"{one.devices:,}",
                f"{one.peers:,}",
                element("span", "expired", class_="severity error") if one.expired else "no",
            )
        )
        for one in graph.authorities[:ROWS_SHOWN]
    ]
    if not rows:
        return paragraph("No trust store was read, so no CA is known.")
    told = pd.DataFrame([{**asdict(one), "stores": " ".join(one.stores)} for one in graph.authorities])
    shown = f"{shown_of(len(rows), len(graph.authorities), 'certificate')} in the devices' trust stores. "
    caption = join((shown, csv_link(told, f"{name}-authorities", "All as CSV")))
    columns = ("Certificate", "In", "Devices vouched for", "Peers vouched for", "Expired")
    return table(caption, columns, rows, label="Certificates in trust stores")
