"""The trust graph on a page: a picture in four columns, and two tables with the same content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import asdict
from typing import Final, TypeVar

import pandas as pd

from mcuaudit.frames.containers import Audit
from mcuaudit.report.figure import wide_figure
from mcuaudit.report.figures import Layer, Link, Node, layered_graph
from mcuaudit.report.html import Html, code, element, folded, join, paragraph, small
from mcuaudit.report.table import ROWS_SHOWN, Row, csv_link, shown_of, table
from mcuaudit.summary.trust_graph import SLOTS, Group, Title, TrustGraph, trust_graph
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import listed, short_hash

NAMED: Final = 4
"""Devices of one group that a table shows without folding."""
BOXES: Final = 14
"""Boxes of one column; one more box has the rest."""
Key = TypeVar("Key", bound=Hashable)


def path_counts(devices: int, peers: int) -> str:
    """The devices and peers with a valid path through a CA: ``path to 12 devices, 3 peers``."""
    counts = [plural(number, one) for number, one in ((devices, "device"), (peers, "peer")) if number]
    return f"path to {', '.join(counts)}" if counts else "no valid path"


def trust_graph_section(audit: Audit, name: str, *, with_site: bool) -> Html:
    """The graph as a picture and two tables; `name` is that of the CSV files."""
    graph = trust_graph(audit, with_site=with_site)
    if not graph.groups:
        return paragraph("There is no device.")
    summary = (
        f"{plural(len(audit.devices), 'device')} in {plural(len(graph.groups), 'group')} with the same issuer and "
        f"trust stores; {plural(len(graph.authorities), 'certificate')} in these stores"
    )
    caption = (
        "From left to right: the issuers of the local certificates, the devices, their trust stores, and the "
        "certificates in these stores. The text under each CA gives the number of devices and peers with a "
        "valid path through it. A dashed outline marks a certificate or store that is missing from the export or "
        "cannot be read."
    )
    broken = broken_words(graph)
    if broken:
        caption += f" A red dashed line is broken: {broken}."
    drawn = layered_graph(
        *_drawn(graph),
        f"Trust graph: {summary}.{f' Broken: {broken}.' if broken else ''} The tables below have the same content.",
    )
    tables = (_groups_table(graph, name), _authorities_table(graph, name))
    return join((wide_figure(drawn, caption, label="Trust graph"), folded("Show as tables", *tables, class_="screen")))


def broken_words(graph: TrustGraph) -> str:
    """What is broken in the graph, in words; "" for nothing."""
    devices = sum(len(group.without_path) for group in graph.groups)
    expired = sum(one.expired for one in graph.authorities)
    lacking = len(graph.lacking)
    parts = [
        plural(devices, "device has", "devices have") + " a certificate without a valid path" if devices else "",
        plural(lacking, "trust store lacks", "trust stores lack") + " a CA that a presented certificate needs"
        if lacking
        else "",
        plural(expired, "CA in the stores has expired", "CAs in the stores have expired") if expired else "",
    ]
    return listed([part for part in parts if part])


def _drawn(graph: TrustGraph) -> tuple[list[Layer], list[Link]]:
    """The four columns, with at most one more box than `BOXES` each, and the links between them."""
    issuers = Counter[str]()
    for group in graph.groups:
        issuers[group.issuer] += len(group.devices)
    in_issuers, in_stores = _places("issuer", issuers), _places("store", dict(sorted(graph.holders.items())))
    in_groups = _places("group", {number: len(group.devices) for number, group in enumerate(graph.groups)})
    ranks = {one.certificate: -number for number, one in enumerate(graph.authorities)}
    in_authorities = _places("authority", ranks)
    links: Counter[tuple[str, str]] = Counter()
    broken: set[tuple[str, str]] = set()
    for number, group in enumerate(graph.groups):
        links[in_issuers[group.issuer], in_groups[number]] += len(group.devices)
        if group.without_path:
            broken.add((in_issuers[group.issuer], in_groups[number]))
        for store in set(group.stores):
            links[in_groups[number], in_stores[store]] += len(group.devices)
            if store in graph.lacking:
                broken.add((in_groups[number], in_stores[store]))
    for one in graph.authorities:
        for store in one.stores:
            links[in_stores[store], in_authorities[one.certificate]] += 1
            if one.expired:
                broken.add((in_stores[store], in_authorities[one.certificate]))
    layers = [
        Layer("Issuer", _nodes(in_issuers, lambda keys: _titled(keys, graph, "issuers"))),
        Layer("Devices", _nodes(in_groups, lambda keys: _of_groups([graph.groups[number] for number in keys]))),
        Layer("Trust stores", _nodes(in_stores, lambda keys: _titled(keys, graph, "trust stores"))),
        Layer("In the stores", _nodes(in_authorities, lambda keys: _of_authorities(keys, graph))),
    ]
    # If no store was read, there is no last column.
    shown = [layer for layer in layers if layer.nodes]
    return shown, [Link(*ends, weight, broken=ends in broken) for ends, weight in sorted(links.items())]


def _places(column: str, weights: Mapping[Key, int]) -> dict[Key, str]:
    """The box of each key: its own box for the keys with the largest weights, one box for all others."""
    order = sorted(weights, key=lambda key: -weights[key])
    # A single remaining key gets its own box, which takes the same room as a box "1 more".
    room = set(order if len(order) <= BOXES + 1 else order[:BOXES])
    return {key: f"{column} {number}" if key in room else f"{column} rest" for number, key in enumerate(weights)}


def _nodes(places: Mapping[Key, str], title: Callable[[list[Key]], Title]) -> list[Node]:
    """The boxes of one column, with the rest last; `title` returns the text of a box for its keys."""
    boxes: dict[str, list[Key]] = {}
    for key, box in places.items():
        boxes.setdefault(box, []).append(key)
    titles = {box: title(keys) for box, keys in sorted(boxes.items(), key=lambda item: _is_rest(item[0]))}
    return [Node(box, text.label, text.note, text.kind, last=_is_rest(box)) for box, text in titles.items()]


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
    note = path_counts(one.devices, one.peers)
    if one.expired:
        return Title(one.name, f"expired, {note}", "expired")
    return Title(one.name, note, "authority")


def _groups_table(graph: TrustGraph, name: str) -> Html:
    titles = graph.titles

    def titled(key: str) -> Html:
        lacking = graph.lacking.get(key, ())
        return join(
            (
                titles[key].label,
                small(titles[key].note) if titles[key].note else None,
                small(f"lacks {plural(len(lacking), 'CA')} that a presented certificate needs") if lacking else None,
            )
        )

    def issuer(group: Group) -> Html:
        without = small(f"no valid path: {listed(group.without_path)}") if group.without_path else None
        return join((titled(group.issuer), without))

    rows = [
        Row(
            (
                _devices(group),
                issuer(group),
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
    link = csv_link(pd.DataFrame(each), f"{name}-trust", "Download CSV")
    caption = join((f"{shown_of(len(rows), len(graph.groups), 'group')} of devices. ", link))
    columns = ("Devices", "Issuer of the local certificate", "SIP trust store", "HTTPS trust store")
    return table(caption, columns, rows, label="Devices, issuers and trust stores")


def _stores_of(group: Group) -> dict[str, str]:
    """By slot: the digest of the store, or its state."""
    slots = (slot.value for slot in SLOTS)
    return {slot: key.rpartition(" ")[2] for slot, key in zip(slots, group.stores, strict=True)}


def _devices(group: Group) -> Html:
    """All names of a group, folded if there are many."""
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
    every = pd.DataFrame([{**asdict(one), "stores": " ".join(one.stores)} for one in graph.authorities])
    shown = f"{shown_of(len(rows), len(graph.authorities), 'certificate')} in the devices' trust stores. "
    caption = join((shown, csv_link(every, f"{name}-authorities", "Download CSV")))
    columns = ("Certificate", "In", "Paths to devices", "Paths to peers", "Expired")
    return table(caption, columns, rows, label="Certificates in trust stores")
