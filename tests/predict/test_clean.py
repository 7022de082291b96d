"""The clean device: every connection is accepted and verified by both, and no rule finds anything."""

from __future__ import annotations

from pathlib import Path

from tests.clean_export import CleanExport


def test_nothing_is_found_on_the_clean_device(tmp_path: Path) -> None:
    audit = CleanExport().audit(tmp_path)
    connections = audit.connections.set_index(["connection_type", "peer"])
    assert connections["outcome"].astype(str).to_dict() == {
        ("incoming_sip", "room"): "pass",
        ("outgoing_sip", "room"): "pass",
        ("web_user", "alice"): "pass",
        ("api_user", "tms"): "pass",
        ("ocsp_server", "(any)"): "notApplicable",
        ("feedback_receiver", "tms"): "pass",
    }
    assert set(connections.loc[connections["outcome"] == "pass", "authenticated"]) == {"both"}
    assert audit.findings["evidence"].tolist() == []
    assert audit.problems["reason"].tolist() == []
    assert audit.administration["outcome"].tolist() == ["pass"]
