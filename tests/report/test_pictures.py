"""What the pictures draw is what the frames say, and stays readable and small at fifty devices."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

import mcuaudit
from mcuaudit.figures import Cell, Layer, Link, Node, grid, layered_graph
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.schema import build_frame
from mcuaudit.report.findings_grid import counts_by_rule, findings_grid
from mcuaudit.report.holdings import holdings
from mcuaudit.report.key_mix import KINDS, key_mix, mix
from mcuaudit.report.matrix import matrix
from mcuaudit.report.trust_graph import BOXES, trust_graph, trust_graph_section
from tests.report.synthetic_audit import LEEDS, digest
from tests.report.test_render import of_fifty_devices


def drawings(html: str) -> list[str]:
    """The SVG of each picture, wide and light."""
    found = re.findall(r'<img src="data:image/svg\+xml;base64,([^"]+)"', html)
    return [base64.b64decode(one).decode("utf-8") for one in found]


def texts(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


@pytest.fixture(scope="module")
def sample() -> Audit:
    return mcuaudit.audit(mcuaudit.read_export(mcuaudit.sample_directory()), at="2026-11-23")


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
        ("No local certificate read", "missing"), ("SIP trust store", "missing"), ("HTTPS trust store", "missing"),
    }  # fmt: skip
    notes = [title.note for title in titles.values()]
    assert any(note.startswith("empty · ") for note in notes)
    assert any(note.startswith("damaged, 2 certificates · ") for note in notes)
    assert any(title.label == "Itself" for title in titles.values())


def test_the_graph_and_its_tables_name_the_same(sample: Audit) -> None:
    html = str(trust_graph_section(sample, with_site=True))
    (svg,) = drawings(html)
    written = texts(svg)
    assert written.count("SIP trust store") + written.count("HTTPS trust store") == len(
        {key for group in trust_graph(sample, with_site=True).groups for key in group.stores}
    )
    for name in ("Example Corp Devices CA 2", "singapore/mcu-raffles", "Example Partner Root CA"):
        assert name in written
        assert name in re.sub(r"<picture>.*?</picture>", "", html)


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
    html = str(trust_graph_section(diverse(audit), with_site=False))
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
    held = holdings(sample, with_site=True)
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


def test_many_kinds_of_keys_share_a_bar(sample: Audit) -> None:
    held = holdings(sample, with_site=True).head(30)
    many = held.assign(key_algorithm="RSA", key_size=range(1000, 1000 + len(held)))
    html = str(key_mix(many))
    assert f"{len(held) - KINDS} others" in texts(drawings(html)[0])
    assert html.count('<th scope="row">RSA') == len(held)


def test_findings_by_rule_are_those_of_the_frame(sample: Audit) -> None:
    counted = counts_by_rule(sample, "site")
    active = sample.findings[sample.findings["status"].eq("active")]
    assert counted["failing"].sum() == active["outcome"].eq("fail").sum() > 0
    assert counted["undetermined"].sum() == active["outcome"].eq("open").sum() > 0
    (svg,) = drawings(str(findings_grid(sample, "site", {"oslo": "Oslo"})))
    written = texts(svg)
    assert "Oslo" in written
    assert "hamburg" in written
    here = active[active["code"].eq("MCU502") & active["site"].eq("oslo") & active["outcome"].eq("fail")]
    assert str(len(here)) in written
    assert counted.iloc[0]["severity"] == "error"


def test_a_waived_finding_is_not_in_the_picture(audit: Audit) -> None:
    waived = replace(audit, findings=audit.findings.assign(status="waived"))
    assert "No finding" in str(findings_grid(waived, "site", {}))


def test_a_finding_of_the_fleet_has_a_column(audit: Audit) -> None:
    findings = audit.findings.head(1).assign(site=None, device_id=None)
    assert "(fleet)" in texts(drawings(str(findings_grid(replace(audit, findings=findings), "site", {})))[0])


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
