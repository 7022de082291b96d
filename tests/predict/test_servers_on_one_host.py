"""Feedback receivers and OCSP servers on one host: told apart by port; where that does not decide, each is judged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from mcuaudit import Audit
from mcuaudit.predict.exchanges import place_of
from tests.clean_export import ELSEWHERE, ISSUING, CleanExport, certificate, chain

GOOD = certificate("tms-service", key=7, san=["DNS:tms.example.com"])
STRANGER = certificate("tms-two", ELSEWHERE, 9, san=["DNS:tms.example.com"])


def audited(directory: Path, peers: dict[str, list[str]], *urls: str, **more: Any) -> Audit:
    """Peers by name with their identifiers; the certificate of one whose name begins with "bad" is from a stranger."""
    export = CleanExport()
    tms = export.peers.pop("tms") | {"connections": ["feedback_receiver"]}
    export.files |= {"peers/tms.pem": chain(GOOD, ISSUING), "peers/bad.pem": chain(STRANGER)}
    for name, identifiers in peers.items():
        file = "peers/bad.pem" if name.startswith("bad") else "peers/tms.pem"
        export.peers[name] = {**tms, "identifiers": identifiers, "certificate": file, **more.get(name, {})}
    export.settings["feedback_receivers"] = [{"uri": url} for url in urls]
    return export.audit(directory)


def receivers(audit: Audit) -> dict[tuple[str, str], str]:
    found: pd.DataFrame = audit.connections
    found = found[found["connection_type"] == "feedback_receiver"]
    assert found["connection_id"].is_unique
    urls = [name.rpartition(" ")[2] for name in found["connection_id"]]
    return dict(zip(zip(urls, found["peer"], strict=True), found["outcome"].astype(str), strict=True))


def second_peers(audit: Audit) -> list[str]:
    problems = audit.problems
    return [str(reason) for reason in problems.loc[problems["kind"] == "conflict", "reason"]]


PLAIN, ODD = "https://tms.example.com/RPC2", "https://tms.example.com:8443/RPC2"


@pytest.mark.parametrize(
    ("peers", "expected"),
    [
        (
            {"one": ["tms.example.com:443"], "bad": ["tms.example.com:8443"]},
            {(PLAIN, "one"): "pass", (ODD, "bad"): "fail"},
        ),
        (
            {"bad": ["https://tms.example.com"], "two": ["https://tms.example.com:8443/RPC2"]},
            {(PLAIN, "bad"): "fail", (ODD, "two"): "pass"},
        ),
        # A name without a port is any server that no other peer names by its port.
        ({"one": ["tms.example.com"], "bad": ["tms.example.com:8443"]}, {(PLAIN, "one"): "pass", (ODD, "bad"): "fail"}),
        ({"one": ["tms.example.com"]}, {(PLAIN, "one"): "pass", (ODD, "one"): "pass"}),
        # Nobody is declared for the other port: its certificate is not in the export.
        ({"one": ["tms.example.com:443"]}, {(PLAIN, "one"): "pass", (ODD, "tms.example.com"): "open"}),
    ],
)
def test_the_port_decides(peers: dict[str, list[str]], expected: dict[tuple[str, str], str], tmp_path: Path) -> None:
    audit = audited(tmp_path, peers, PLAIN, ODD)
    assert receivers(audit) == expected
    assert second_peers(audit) == []


@pytest.mark.parametrize(
    ("peers", "place"),
    [
        ({"one": ["tms.example.com"], "bad": ["TMS.example.com"]}, "tms.example.com"),
        ({"one": ["tms.example.com:443"], "bad": ["https://tms.example.com/RPC2"]}, "tms.example.com:443"),
    ],
)
def test_two_for_one_place_are_both_judged_and_a_problem(
    peers: dict[str, list[str]], place: str, tmp_path: Path
) -> None:
    audit = audited(tmp_path, peers, PLAIN)
    assert receivers(audit) == {(PLAIN, "one"): "pass", (PLAIN, "bad"): "fail"}
    (reason,) = second_peers(audit)
    assert reason.startswith(f'"one" is declared for {place} too')


def test_one_of_another_type_is_only_used_where_no_receiver_is_declared(tmp_path: Path) -> None:
    peers = {"one": ["tms.example.com"], "bad": ["tms.example.com:443"]}
    audit = audited(tmp_path, peers, PLAIN, bad={"connections": ["api_user"]})
    assert receivers(audit) == {(PLAIN, "one"): "pass"}
    assert second_peers(audit) == []
    del peers["one"]
    assert receivers(audited(tmp_path / "b", peers, PLAIN, bad={"connections": ["api_user"]})) == {
        (PLAIN, "bad"): "fail"
    }


@pytest.mark.parametrize(("second", "outcome", "code"), [("ocsp", "open", "ocsp_answer_missing"),
                                                         ("bad", "fail", "ocsp_server_refused")])  # fmt: skip
def test_the_worst_of_two_ocsp_servers_decides_the_logins(second: str, outcome: str, code: str, tmp_path: Path) -> None:
    export = CleanExport()
    export.settings["ssl_certificates"]["ocsp"] = {"enabled": True, "server_url": "https://ocsp.example.com/"}
    export.files["peers/bad.pem"] = chain(certificate("ocsp", ELSEWHERE, 9, san=["DNS:ocsp.example.com"]))
    export.peers["a second"] = {**export.peers["ocsp"], "certificate": f"peers/{second}.pem"}
    audit = export.audit(tmp_path)
    rows = audit.connections.set_index("connection_type")
    assert sorted(rows.loc["ocsp_server", "peer"]) == ["a second", "ocsp"]
    assert (rows.loc["web_user", "outcome"], rows.loc["web_user", "reason_code"]) == (outcome, code)
    assert len(second_peers(audit)) == 1
    assert audit.findings["finding_id"].is_unique
    assert (audit.findings["code"] == "MCU420").sum() == (second == "bad")


@pytest.mark.parametrize(
    ("identifier", "host", "name", "port"),
    [
        ("https://TMS.example.com/RPC2", "tms.example.com", "tms.example.com", 443),
        ("http://tms.example.com.", "tms.example.com", "tms.example.com.", 80),
        ("https://[2001:db8:0::1]:8443/", "2001:db8::1", "2001:db8::1", 8443),
        ("tms.example.com:8443", "tms.example.com", "tms.example.com", 8443),
        ("sip:tms.example.com", "tms.example.com", "tms.example.com", None),
        ("10.1.2.3", "10.1.2.3", "10.1.2.3", None),
    ],
)
def test_a_place_is_a_host_and_a_port(identifier: str, host: str, name: str, port: int | None) -> None:
    found = place_of(identifier)
    assert found is not None
    assert (found.host, found.name, found.port) == (host, name, port)
    assert place_of("a b") is None


def test_a_server_at_another_port_is_named_with_its_port(tmp_path: Path) -> None:
    audit = audited(tmp_path, {"one": ["tms.example.com:443"]}, PLAIN, ODD)
    (found,) = audit.connections[audit.connections["peer"] == "tms.example.com"].to_dict("records")
    assert found["reason"] == "The certificate of tms.example.com:8443 is not in the export."
    assert found["missing_evidence"] == 'peers.toml [[peer]] "tms.example.com:8443" certificate'
