"""Saved OCSP responses about client certificates: only a good, current, verified answer lets the client in."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.x509 import ocsp

from tests.authority import NOW, Issued
from tests.clean_export import ELSEWHERE, ISSUING, CleanExport, certificate, chain
from tests.predict.ocsp_responses import GOOD, LATER, REVOKED, UNKNOWN, delegate, ocsp_response
from tests.predict.test_connections import CERTIFICATES, OCSP

ALICE = certificate("alice", key=6)
SECOND = timedelta(seconds=1)
SERIAL_OF_ANOTHER = certificate("bob", key=6)


def response(status: ocsp.OCSPCertStatus = GOOD, *, about: Issued = ALICE, **wishes: Any) -> bytes:
    return ocsp_response(about, ISSUING, status, **wishes)


RESPONDER, WITHOUT_PURPOSE, STRANGER = delegate(ISSUING), delegate(ISSUING, purpose=False), delegate(ELSEWHERE)

CASES: dict[str, tuple[bytes, str, str]] = {
    "good": (response(), "pass", ""),
    "good, without an end": (response(next_update=None), "pass", ""),
    "good, to the last second": (response(next_update=NOW), "pass", ""),
    "good, by a responder that the CA named": (response(signer=RESPONDER, carried=RESPONDER), "pass", ""),
    "revoked": (response(REVOKED), "fail", "revoked"),
    "unknown": (response(UNKNOWN), "fail", "unknown"),
    "try later": (LATER, "open", "try_later"),
    "revoked, and no longer current": (response(REVOKED, next_update=NOW - SECOND), "open", "not current"),
    "unknown, and not yet current": (response(UNKNOWN, this_update=NOW + SECOND), "open", "not current"),
    "a signature that is broken": (response(broken=True), "open", "signed neither"),
    "by a responder without the purpose": (
        response(signer=WITHOUT_PURPOSE, carried=WITHOUT_PURPOSE),
        "open",
        "signed neither",
    ),
    "by a responder of another CA": (response(signer=STRANGER, carried=STRANGER), "open", "signed neither"),
    "no longer current": (response(next_update=NOW - timedelta(seconds=1)), "open", "not current"),
    "not yet current": (response(this_update=NOW + timedelta(seconds=1)), "open", "not current"),
    "about another certificate": (response(about=SERIAL_OF_ANOTHER), "open", "is not about"),
    "no response at all": (b"hello", "open", "an unreadable OCSP response"),
}


def export_with(saved: bytes | None) -> CleanExport:
    export = CleanExport()
    export.settings[CERTIFICATES]["ocsp"] = OCSP
    export.files["peers/alice.pem"] = chain(ALICE, ISSUING)
    if saved is not None:
        export.peers["alice"]["ocsp_response"] = "peers/alice.ocsp"
        export.files["peers/alice.ocsp"] = saved
    return export


@pytest.mark.parametrize("case", CASES)
def test_case(case: str, tmp_path: Path) -> None:
    saved, outcome, words = CASES[case]
    audit = export_with(saved).predicted(tmp_path)
    (row,) = audit.connections[audit.connections["connection_type"] == "web_user"].to_dict("records")
    assert (row["login"], row["outcome"]) == (outcome, outcome), row["reason"]
    assert words in row["reason"]
    assert audit.administration["outcome"].tolist() == [outcome]
    found = ["peers/alice.ocsp"] if saved == b"hello" else []
    assert audit.problems["file"].tolist() == found


def test_the_next_update_of_an_answer_ends_no_connection(tmp_path: Path) -> None:
    connections = export_with(response()).predicted(tmp_path).connections.set_index("connection_type")
    assert connections.loc["web_user", "fails_on"] == ALICE.record.not_after + timedelta(seconds=1)


def test_a_good_answer_does_not_help_where_the_ocsp_server_is_refused(tmp_path: Path) -> None:
    export = export_with(response())
    export.files["peers/ocsp.pem"] = chain(certificate("ocsp", ELSEWHERE, 8, san=["DNS:ocsp.example.com"]))
    connections = export.predicted(tmp_path).connections.set_index("connection_type")
    assert connections.loc["web_user", ["login", "reason_code"]].tolist() == ["fail", "ocsp_server_refused"]


def test_a_file_that_is_missing_is_told(tmp_path: Path) -> None:
    export = export_with(response())
    export.peers["alice"]["ocsp_response"] = "peers/alise.ocsp"
    problems = export.predicted(tmp_path).problems
    assert problems["reason"].str.contains('Did you mean "peers/alice.ocsp"').any()


def test_the_issuer_is_found_where_the_client_does_not_present_it(tmp_path: Path) -> None:
    export = export_with(response())
    export.files["peers/alice.pem"] = ALICE.pem
    connections = export.predicted(tmp_path).connections.set_index("connection_type")
    assert connections.loc["web_user", "login"] == "pass"


@pytest.mark.parametrize(("saved", "outcome"), [(response(), "pass"), (response(REVOKED), "open"), (None, "open")])
def test_at_a_level_that_is_not_known_an_answer_counts_as_at_the_levels_that_ask(
    tmp_path: Path, saved: bytes | None, outcome: str
) -> None:
    export = export_with(saved)
    del export.settings[CERTIFICATES]["client_certificate_security"]
    rows = export.predicted(tmp_path).connections.set_index("peer")
    assert rows.loc["alice", "outcome"] == outcome
