"""Calls between the MCUs of a site or fleet: [policy] mesh."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

import mcuaudit
from mcuaudit import UsageError
from tests.authority import NOW
from tests.clean_export import DEVICE, ELSEWHERE, ISSUING, ROOT, CleanExport, certificate, chain, toml

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
            f'[device]\naddresses = ["{address}"]\nsoftware_version = "4.4(3.57)"\n'
            '[ssl_certificates]\nverification_settings = "Outgoing and incoming calls"\n[services]\nsips_tcp = true\n'
            "[sip]\nuse_local_certificate_for_outgoing = true\n"
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
    said = 'policy.mesh: expected "none", "site" or "fleet", found "all"'
    with pytest.raises(mcuaudit.PolicyError, match=re.escape(said)):
        three_devices("all").audit(tmp_path)


def test_an_mcu_that_is_declared_for_more_than_calls_is_judged_as_any_peer_there(tmp_path: Path) -> None:
    export = CleanExport()
    export.files["leeds/mcu-2/settings.toml"] = toml(export.settings).replace("10.1.2.3", "10.1.2.4").encode()
    export.peers["mcu-2"] = {"connections": ["web_user", "incoming_sip"], "device": "leeds/mcu-2"}
    rows = export.audit(tmp_path).connections
    found = rows[rows["peer"].eq("mcu-2") & rows["device"].eq("mcu-1")].set_index("connection_type")
    assert set(found.index) == {"web_user", "incoming_sip"}
    assert found.loc["web_user", "reason_code"] == "missing_evidence"
