"""What the pictures draw is what the frames say, and stays readable and small at fifty devices."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from datetime import UTC
from typing import Any

import pandas as pd
import pytest

from mcuaudit.domain.connections import CONNECTION_TABLE
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.frames.schema import AUDIT_FRAMES, FLEET_FRAMES
from mcuaudit.report.figures import Cell, Layer, Link, Node, grid, layered_graph
from mcuaudit.report.html import Html
from mcuaudit.report.sections.findings_grid import counts_by_rule, findings_grid
from mcuaudit.report.sections.key_mix import KINDS, key_mix, mix
from mcuaudit.report.sections.matrix import matrix
from mcuaudit.report.sections.trust_graph import BOXES, _drawn, broken_words, trust_graph_section
from mcuaudit.summary.certificates_in_use import certificates_in_use
from mcuaudit.summary.trust_graph import trust_graph
from mcuaudit.triage.counting import connection_words
from mcuaudit.wording.phrases import LETTERS
from tests.report.synthetic_audit import LEEDS, digest

_NAMES = {"device", "device_id", "connection_id", "finding_id", "cause", "cause_id"}


def of_fifty_devices(audit: Audit) -> Audit:
    """The audit with fifty devices at Leeds, with certificates of their own."""
    leeds = audit.select(LEEDS)

    def repeated(name: str) -> pd.DataFrame:
        frame: pd.DataFrame = getattr(leeds, name)
        if "device_id" not in frame.columns:
            return frame
        copies = [frame.assign(**{column: frame[column] + f"-{number}" for column in _NAMES & set(frame.columns)})
                  for number in range(13)]  # fmt: skip
        kept = {f"{device}-{number}" for device in leeds.devices["device_id"] for number in range(13)}
        dropped = sorted(kept)[50:]
        together = pd.concat(copies, ignore_index=True)
        return together[~together["device_id"].isin(dropped)].reset_index(drop=True)

    fleet = replace(leeds.fleet, **{name: repeated(name) for name in FLEET_FRAMES})
    return replace(leeds, fleet=fleet, **{name: repeated(name) for name in AUDIT_FRAMES})


def drawings(html: str) -> list[str]:
    """The SVG of each picture, wide and light."""
    found = re.findall(r'<img src="data:image/svg\+xml;base64,([^"]+)"', html)
    return [base64.b64decode(one).decode("utf-8") for one in found]


def texts(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


@pytest.fixture
def sample(sample_audit: Audit) -> Audit:
    return sample_audit


def test_groups_of_the_trust_graph_hold_every_device_once(sample: Audit) -> None:
    graph = trust_graph(sample, with_site=True)
    named = [device for group in graph.groups for device in group.devices]
    assert sorted(named) == sorted(sample.devices["device_id"])
    keys = [(group.issuer, group.stores) for group in graph.groups]
    assert len(set(keys)) == len(keys) < len(named)
    stores = sample.devices.set_index("device_id")[["sip_trust_store", "https_trust_store"]]
    for group in graph.groups:
        assert len(stores.loc[list(group.devices)].drop_duplicates()) == 1


def test_an_authority_vouches_for_those_whose_path_leads_over_it(sample: Audit) -> None:
    graph = trust_graph(sample, with_site=True)
    held = set(sample.devices["sip_trust_store"].dropna()) | set(sample.devices["https_trust_store"].dropna())
    members = sample.trust_stores[sample.trust_stores["trust_store"].isin(held)]
    assert {one.certificate for one in graph.authorities} == set(members["certificate"])
    local = sample.devices["local_certificate"].tolist()
    passing = sample.paths[sample.paths["trust"].eq("pass") & sample.paths["certificate"].isin(local)]
    for one in graph.authorities:
        below = {row.certificate for row in passing.itertuples() if one.certificate in str(row.path).split()[1:]}
        assert one.devices == sum(certificate in below for certificate in local)
    assert {one.name for one in graph.authorities if one.expired} == {"Example Corp Root CA"}
    assert max(one.devices for one in graph.authorities) > 5


def test_what_is_missing_says_so_in_the_graph(sample: Audit) -> None:
    titles = trust_graph(sample, with_site=True).titles
    assert {(title.label, title.note) for title in titles.values() if title.kind == "missing"} == {
        ("No local certificate", "not in the export"), ("SIP · 1 device", "not in the export"),
        ("HTTPS · 1 device", "not in the export"),
    }  # fmt: skip
    notes = [title.note for title in titles.values()]
    assert any(note.startswith("empty · ") for note in notes)
    assert any(note.startswith("2 certificates · ") and note.endswith(" · damaged") for note in notes)
    assert any("self-issued" in f"{title.label} {title.note}".casefold() for title in titles.values())


def test_the_graph_and_its_tables_name_the_same(sample: Audit) -> None:
    html = str(trust_graph_section(sample, "fleet", with_site=True))
    (svg,) = drawings(html)
    written = texts(svg)
    graph = trust_graph(sample, with_site=True)
    stores = {key for group in graph.groups for key in group.stores}
    assert sorted(text for text in written if text.startswith(("SIP", "HTTPS"))) == sorted(
        graph.titles[key].label for key in stores
    )
    for name in ("Example Corp Devices CA 2", "singapore/mcu-raffles", "Example Partner Root CA"):
        assert name in written
        assert name in re.sub(r"<picture>.*?</picture>", "", html)


def test_broken_edges_are_red_with_a_legend_and_their_words_count_the_frames(sample: Audit) -> None:
    graph = trust_graph(sample, with_site=True)
    outcomes = sample.paths.groupby("certificate")["trust"].agg(lambda trust: set(trust.astype("str")))
    pathless = {one for one, found in outcomes.items() if "fail" in found and "pass" not in found}
    devices = sample.devices[sample.devices["local_certificate"].isin(pathless)]
    without = [device for group in graph.groups for device in group.without_path]
    assert sorted(without) == sorted(devices["device_id"]) != []
    failing = sample.paths[sample.paths["trust"].eq("fail") & sample.paths["lacking"].fillna("").ne("")]
    held = {*sample.devices["sip_trust_store"], *sample.devices["https_trust_store"]}
    assert {key.split()[1] for key in graph.lacking} == set(failing["trust_store"]) & held
    (store,) = graph.lacking.values()
    html = str(trust_graph_section(sample, "fleet", with_site=True))
    words = (
        f"{len(without)} devices have a certificate without a valid path, 1 trust store lacks a CA that a presented "
        "certificate needs and 1 CA in the stores has expired"
    )
    assert broken_words(graph) == words
    assert html.count(words) == 2
    assert html.count(f"lacks {len(store)} CAs that a presented certificate needs") == 1
    assert all(f"no valid path: {device}" in html for device in without)
    (svg,) = drawings(html)
    assert "broken" in texts(svg)
    layers, links = _drawn(graph)
    stores = sum(len(one.stores) for one in graph.authorities if one.expired)
    holding = sum(any(key in graph.lacking for key in group.stores) for group in graph.groups)
    assert sum(link.broken for link in links) == stores + holding + sum(bool(one.without_path) for one in graph.groups)
    whole = str(layered_graph(layers, [replace(link, broken=False) for link in links], "words"))
    assert "broken" not in texts(drawings(whole)[0])
    passing = replace(sample, paths=sample.paths.assign(trust="pass"), at=sample.certificates["not_before"].min())
    assert broken_words(trust_graph(passing, with_site=True)) == ""


def test_one_store_in_both_slots_is_one_box(sample: Audit) -> None:
    devices = sample.devices.assign(https_trust_store=sample.devices["sip_trust_store"])
    graph = trust_graph(replace(sample, fleet=replace(sample.fleet, devices=devices)), with_site=True)
    labels = {title.label for key, title in graph.titles.items() if key.startswith("store ")}
    assert labels
    assert all(label.startswith("SIP and HTTPS · ") for label in labels)


def test_a_certificate_that_stands_in_a_store_itself_vouches_for_itself(sample: Audit) -> None:
    pinned, store = digest("pinned"), sample.devices["sip_trust_store"].dropna().iloc[0]
    first = sample.certificates[~sample.certificates["is_ca"]].head(1)
    fleet = replace(
        sample.fleet,
        certificates=pd.concat([sample.certificates, first.assign(certificate=pinned)], ignore_index=True),
        trust_stores=pd.concat(
            [sample.trust_stores, pd.DataFrame({"trust_store": [store], "certificate": [pinned]})], ignore_index=True
        ),
        peers=sample.peers.assign(certificate=[pinned, pinned, *sample.peers["certificate"].iloc[2:]]),
    )
    path = sample.paths.head(1).assign(certificate=pinned, trust="pass", path=pinned)
    audit = replace(sample, fleet=fleet, paths=pd.concat([sample.paths, path], ignore_index=True))
    (one,) = [one for one in trust_graph(audit, with_site=True).authorities if one.certificate == pinned]
    assert (one.devices, one.peers) == (0, 1)


def test_peers_are_counted_apart_from_devices(sample: Audit) -> None:
    local = set(sample.devices["local_certificate"].dropna())
    peers = set(sample.peers["certificate"].dropna()) - local
    passing = sample.paths[sample.paths["trust"].eq("pass")]
    for one in trust_graph(sample, with_site=True).authorities:
        below = {row.certificate for row in passing.itertuples() if one.certificate in str(row.path).split()[1:]}
        assert one.peers == len(below & peers)


def test_every_device_of_a_large_group_is_named(sample: Audit) -> None:
    one = sample.devices.head(1)
    devices = pd.concat(
        [one.assign(device=f"mcu-{number}", device_id=f"leeds/mcu-{number}") for number in range(20)], ignore_index=True
    )
    html = str(trust_graph_section(replace(sample, fleet=replace(sample.fleet, devices=devices)), "x", with_site=False))
    assert all(f">mcu-{number}<" in html for number in range(20))


def diverse(audit: Audit) -> Audit:
    """Fifty devices, each with stores of its own, which hold thirty CAs."""
    fifty = of_fifty_devices(audit)
    stores = [digest(f"store {number}") for number in range(50)]
    devices = fifty.devices.assign(sip_trust_store=stores, https_trust_store=stores[::-1])
    first: dict[str, Any] = audit.certificates[audit.certificates["is_ca"]].iloc[0].to_dict()  # type: ignore[assignment]
    authorities = [{**first, "certificate": digest(f"ca {number}")} for number in range(30)]
    members = [
        {"trust_store": store, "certificate": digest(f"ca {(number * step) % 30}")}
        for number, store in enumerate(stores)
        for step in (1, 3, 7)
    ]
    fleet = replace(
        fifty.fleet,
        devices=devices,
        certificates=pd.concat([fifty.certificates, build_frame("certificates", authorities)], ignore_index=True),
        trust_stores=build_frame("trust_stores", members).drop_duplicates().reset_index(drop=True),
    )
    return replace(fifty, fleet=fleet)


def test_the_graph_stays_readable_at_fifty_devices_with_nothing_in_common(audit: Audit) -> None:
    html = str(trust_graph_section(diverse(audit), "leeds", with_site=False))
    (svg,) = drawings(html)
    width, height = (float(number) for number in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)[0])
    assert width <= 800
    assert height <= (BOXES + 2) * 42
    written = texts(svg)
    assert f"{50 - BOXES} more groups" in written
    assert "16 more certificates" in written
    assert len(html) < 200_000
    # What the picture leaves out is in the table.
    assert all(device in html for device in diverse(audit).devices["device"])


def test_boxes_follow_what_they_are_linked_with() -> None:
    left = Layer("Left", [Node("a", "A", "", "device"), Node("b", "B", "", "device")])
    right = Layer(
        "Right",
        [Node("x", "X", "", "store"), Node("rest", "more", "", "store", last=True), Node("y", "Y", "", "store")],
    )
    html = str(layered_graph([left, right], [Link("b", "x", 1), Link("a", "y", 1), Link("a", "rest", 3)], "words"))
    written = [text for text in texts(drawings(html)[0]) if text in ("A", "B", "X", "Y", "more")]
    assert written == ["A", "B", "Y", "X", "more"]


def test_keys_and_signatures_count_every_certificate_once(sample: Audit) -> None:
    held = certificates_in_use(sample, with_site=True)
    for of in ("key", "signature"):
        counted = mix(held, of)
        assert int(counted.to_numpy().sum()) == len(held)
        assert counted["local"].sum() == sample.devices["local_certificate"].nunique()
    counted = mix(held, "key")
    weak = held[(held["key_algorithm"] == "RSA") & (held["key_size"] == 1024)]
    assert counted.loc["RSA 1024"].sum() == len(weak) > 0
    first, second = drawings(str(key_mix(held)))
    assert "RSA 1024" in texts(first)
    assert "sha1WithRSAEncryption" in texts(second)


def test_one_kind_of_key_or_signature_is_a_sentence_with_its_numbers(sample: Audit) -> None:
    held = certificates_in_use(sample, with_site=True)
    same = held.assign(key_algorithm="RSA", key_size=2048)
    text = str(key_mix(same))
    ranks = same["rank"].value_counts()
    numbers = f"({ranks[0]} local, {ranks[1]} peers, {ranks[2]} trust stores)"
    assert f"<p>Keys: all {len(same)} certificates have RSA 2048 {numbers}.</p>" in text
    # Signatures are of two kinds.
    assert len(drawings(text)) == 1
    assert "Keys: the only certificate has RSA 2048 " in str(key_mix(same.head(1)))


def test_many_kinds_of_keys_share_a_bar(sample: Audit) -> None:
    held = certificates_in_use(sample, with_site=True).head(30)
    many = held.assign(key_algorithm="RSA", key_size=range(1000, 1000 + len(held)))
    html = str(key_mix(many))
    assert f"{len(held) - KINDS} others" in texts(drawings(html)[0])
    assert html.count('<th scope="row">RSA') == len(held)


def test_findings_by_rule_are_those_of_the_frame(sample: Audit) -> None:
    counted = counts_by_rule(sample, "site")
    active = sample.findings[sample.findings["status"].eq("active")]
    assert counted["failing"].sum() == active["outcome"].eq("fail").sum() > 0
    assert counted["undetermined"].sum() == active["outcome"].eq("open").sum() > 0
    (svg,) = drawings(str(findings_grid(sample, "site", {"oslo": "Oslo"}, "fleet")))
    written = texts(svg)
    assert "Oslo" in written
    assert "hamburg" in written
    here = active[active["code"].eq("MCU502") & active["site"].eq("oslo") & active["outcome"].eq("fail")]
    assert str(len(here)) in written
    assert counted.iloc[0]["severity"] == "error"


def cells_of(monkeypatch: pytest.MonkeyPatch, module: str) -> dict[tuple[str, str], Cell]:
    """What a section gives to `grid`, by the names of row and column; filled when the section is made."""
    found: dict[tuple[str, str], Cell] = {}

    def spy(rows: list[str], columns: list[str], cells: list[Cell], words: str, **named: object) -> Html:
        found.update({(rows[cell.row], columns[cell.column]): cell for cell in cells})
        return grid(rows, columns, cells, words)

    monkeypatch.setattr(f"mcuaudit.report.sections.{module}.grid", spy)
    return found


def test_each_cell_of_the_findings_is_that_of_its_rule_and_site(sample: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = cells_of(monkeypatch, "findings_grid")
    html = str(findings_grid(sample, "site", {}, "fleet"))
    active = sample.findings[sample.findings["status"].eq("active")]
    drawn = 0
    for (rule, site), cell in cells.items():
        here = active[active["code"].eq(rule.split()[0]) & active["site"].eq(site)]
        failing = int(here["outcome"].eq("fail").sum())
        assert cell.text == (str(failing) if failing else "?"), (rule, site)
        assert cell.colour == (here["severity"].iloc[0] if failing else "undetermined")
        assert rule.endswith(f"· {here['severity'].iloc[0][0].upper()}")
        drawn += failing
    total = active["outcome"].eq("fail").sum()
    assert 0 < drawn < total
    assert f"{drawn} of {total} failed findings" in html
    assert "Download CSV" in html


def test_each_cell_of_the_connections_is_the_worst_of_its_device_and_type(
    sample: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    off = sample.connections["device_id"].eq("oslo/mcu-opera") & sample.connections["connection_type"].eq("web_user")
    login = sample.administration["device_id"].eq("oslo/mcu-opera")
    audit = replace(
        sample,
        connections=sample.connections.assign(outcome=sample.connections["outcome"].mask(off, "notApplicable")),
        administration=sample.administration.assign(outcome=sample.administration["outcome"].mask(login, "fail")),
    )
    cells = cells_of(monkeypatch, "matrix")
    html = str(matrix(audit, UTC, "site", {}))
    rank = {"R": 0, "?": 1, "U": 2, "A": 3}
    kinds = {facts.short_title: kind for kind, facts in CONNECTION_TABLE.items()}
    words = connection_words(audit.connections).astype(str)
    for (device, kind), cell in cells.items():
        here = audit.connections["device_id"].eq(device) & audit.connections["connection_type"].eq(kinds[kind].value)
        letters = {LETTERS[word] for word in words[here] if word in LETTERS}
        assert cell.text == "L" or rank[cell.text] == min(rank[letter] for letter in letters), (device, kind)
    locked = {device for (device, kind), cell in cells.items() if cell.text == "L"}
    # With HTTP and HTTPS off there is no web connection, and nobody can log in all the same.
    assert locked == set(audit.administration.loc[audit.administration["outcome"].eq("fail"), "device_id"])
    assert "oslo/mcu-opera" in locked
    # A table below says the same of each device.
    assert all(device in re.sub(r"<picture>.*?</picture>", "", html) for device in audit.devices["device_id"])


def test_a_waived_finding_is_not_in_the_picture(audit: Audit) -> None:
    waived = replace(audit, findings=audit.findings.assign(status="waived"))
    assert "There are no active findings" in str(findings_grid(waived, "site", {}, "fleet"))


def test_a_finding_of_the_fleet_has_a_column(audit: Audit) -> None:
    findings = audit.findings.head(1).assign(site=None, device_id=None)
    assert "(fleet)" in texts(drawings(str(findings_grid(replace(audit, findings=findings), "site", {}, "fleet")))[0])


def test_connections_of_many_devices_are_a_picture_too(audit: Audit) -> None:
    fifty = of_fifty_devices(audit)
    names = dict(zip(fifty.devices["device_id"], fifty.devices["device"], strict=True))
    (svg,) = drawings(str(matrix(fifty, None, "device_id", names)))  # type: ignore[arg-type]
    written = texts(svg)
    assert [name for name in names.values() if name not in written] == []
    # Of a device with accepted, unverified and refused calls, the worst shows: 13 × mcu-boardroom.
    boardrooms = sum(name.startswith("mcu-boardroom") for name in names.values())
    assert written.count("R") == boardrooms
    assert written.count("L") == sum(name.startswith("mcu-atrium") for name in names.values()) > 0
    assert drawings(str(matrix(audit.select(LEEDS), None, "device_id", {}))) == []  # type: ignore[arg-type]


def test_names_of_rows_are_short_on_a_narrow_screen() -> None:
    html = str(grid(["MCU1 a long name"], ["x"], [Cell(0, 0, "error", "1")], "words", short_rows=["MCU1"]))
    shown = [texts(base64.b64decode(one).decode()) for one in re.findall(r"base64,([^\"]+)", html)]
    assert [text[1] for text in shown] == ["MCU1", "MCU1", "MCU1 a long name", "MCU1 a long name"]
