"""Calls between the MCUs of a site or fleet: [policy] mesh."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import mcuaudit
from mcuaudit import UsageError
from tests.authority import NOW
from tests.clean_export import DEVICE, ELSEWHERE, ISSUING, ROOT, CleanExport, certificate, chain

PLACES = {"leeds/mcu-2": "10.1.2.4", "oslo/mcu-3": "10.1.3.5"}


def three_devices(mesh: str) -> CleanExport:
    """The clean device, one like it, and one whose certificate is from a stranger."""
    export = CleanExport()
    export.files["mcuaudit.toml"] = f'[policy]\nmesh = "{mesh}"\n'.encode()
    for number, (device, address) in enumerate(PLACES.items()):
        issuer = ISSUING if device.startswith("leeds") else ELSEWHERE
        names = [f"DNS:{address}", f"URI:sip:{address}"]
        export.files[f"{device}/local-certificate.pem"] = chain(
            certificate(device, issuer, 13 + number, san=names), ISSUING
        )
        export.files[f"{device}/sip-trust-store.pem"] = chain(ROOT, ISSUING)
        export.files[f"{device}/settings.toml"] = (
            f'[device]\naddresses = ["{address}"]\n'
            '[ssl_certificates]\nverification_settings = "Outgoing and incoming calls"\n[services]\nsips_tcp = true\n'
        ).encode()
    return export


def calls(connections: pd.DataFrame) -> dict[tuple[str, str, str], str]:
    meshed = connections[connections["peer"].str.contains("/")]
    keys = zip(meshed["device_id"], meshed["peer"], meshed["connection_type"].astype(str), strict=True)
    return dict(zip(keys, meshed["outcome"].astype(str), strict=True))


def test_no_pair_is_judged_unless_asked(tmp_path: Path) -> None:
    assert calls(three_devices("none").audit(tmp_path).connections) == {}


def test_a_site_has_its_own_pairs_in_both_directions(tmp_path: Path) -> None:
    found = calls(three_devices("site").audit(tmp_path).connections)
    assert found == {
        (DEVICE, "leeds/mcu-2", "incoming_sip"): "pass",
        (DEVICE, "leeds/mcu-2", "outgoing_sip"): "pass",
        ("leeds/mcu-2", DEVICE, "incoming_sip"): "pass",
        ("leeds/mcu-2", DEVICE, "outgoing_sip"): "pass",
    }


def test_a_fleet_has_all_pairs_and_both_ends_of_a_call_agree(tmp_path: Path) -> None:
    connections = three_devices("fleet").audit(tmp_path).connections
    found = calls(connections)
    assert len(found) == 3 * 2 * 2
    for (device, peer, connection_type), outcome in found.items():
        other = "incoming_sip" if connection_type == "outgoing_sip" else "outgoing_sip"
        assert found[peer, device, other] == outcome
        expected = "fail" if "oslo/mcu-3" in (device, peer) else "pass"
        assert outcome == expected
    assert connections["connection_id"].is_unique


def test_a_declared_mcu_is_not_added_again(tmp_path: Path) -> None:
    export = three_devices("site")
    export.peers["bridge"] = {"device": "leeds/mcu-2"}
    connections = export.audit(tmp_path).connections
    mine = connections[(connections["device_id"] == DEVICE) & (connections["connection_type"] == "outgoing_sip")]
    assert sorted(mine["peer"]) == ["bridge", "room"]


def test_the_report_draws_the_calls(tmp_path: Path) -> None:
    audit = three_devices("fleet").audit(tmp_path)
    html = mcuaudit.fleet_report(audit).matrix.html
    assert "6 calls between 3 MCUs, 4 refused" in html
    assert "data:image/svg+xml" in html
    assert "Calls between MCUs" not in mcuaudit.fleet_report(three_devices("none").audit(tmp_path / "x")).matrix.html


def test_more_pairs_than_the_policy_allows_is_an_error(tmp_path: Path) -> None:
    export = three_devices("fleet")
    export.files["mcuaudit.toml"] = b'[policy]\nmesh = "fleet"\n[limits]\nmesh_pairs = 5\n'
    with pytest.raises(UsageError, match="6 pairs of 3 devices"):
        mcuaudit.audit(mcuaudit.read_export(export.write(tmp_path)), at=NOW)


def test_a_wrong_word_is_refused(tmp_path: Path) -> None:
    with pytest.raises(mcuaudit.PolicyError, match=r"policy\.mesh: expected none, site or fleet, found .all."):
        three_devices("all").audit(tmp_path)
