"""What Cisco's documents say of OCSP, managers and users, each on the clean device with one thing changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from tests.clean_export import ISSUING, CleanExport, certificate, chain
from tests.predict.ocsp_responses import GOOD, REVOKED, ocsp_response
from tests.predict.test_connections import CERTIFICATES, OCSP, REQUIRED, Change, file, peer, settings, several

ANOTHER_RESPONDER = x509.AuthorityInformationAccess(
    [
        x509.AccessDescription(
            x509.oid.AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier("https://other.example.org/")
        )
    ]
)


def row(tmp_path: Path, connection_type: str, *changes: Change) -> dict[str, Any]:
    export = CleanExport()
    several(*changes)(export)
    connections = export.predicted(tmp_path).connections
    (found,) = connections[connections["connection_type"] == connection_type].to_dict("records")
    return found


def test_ocsp_is_asked_at_the_configured_server_whatever_the_certificate_names(tmp_path: Path) -> None:
    alice = certificate("alice", key=6, more=[ANOTHER_RESPONDER])
    assert alice.record.ocsp_urls == ("https://other.example.org/",)
    names_another = file("peers/alice.pem", chain(alice, ISSUING))
    asked = row(tmp_path / "a", "ocsp_server", settings(CERTIFICATES, ocsp=OCSP), names_another)
    assert (asked["outcome"], asked["peer"], asked["reference"]) == ("pass", "ocsp", "ocsp.example.com")
    nowhere = settings(CERTIFICATES, ocsp={**OCSP, "server_url": ""})
    assert row(tmp_path / "b", "web_user", nowhere, names_another)["outcome"] == "fail"


@pytest.mark.parametrize("connection_type", ["incoming_sip", "outgoing_sip"])
def test_ocsp_is_not_asked_about_certificates_of_calls(connection_type: str, tmp_path: Path) -> None:
    """Neither a server that nothing can ask nor an answer about the certificate changes a call."""
    room = certificate("room", key=5, san=["DNS:10.1.2.200", "URI:sip:10.1.2.200"])
    revoked = several(
        file("peers/room.pem", chain(room, ISSUING)),
        peer("room", ocsp_response="peers/room.ocsp"),
        file("peers/room.ocsp", ocsp_response(room, ISSUING, REVOKED)),
    )
    nowhere = settings(CERTIFICATES, ocsp={**OCSP, "server_url": ""})
    assert row(tmp_path / "a", connection_type, nowhere)["outcome"] == "pass"
    assert row(tmp_path / "b", connection_type, settings(CERTIFICATES, ocsp=OCSP), revoked)["outcome"] == "pass"


@pytest.mark.parametrize("product", ["TMS", "Conductor"])
def test_a_manager_with_a_password_is_refused_under_required_unless_its_cn_is_a_user(
    product: str, tmp_path: Path
) -> None:
    of_product, password = peer("tms", product=product, user="tms"), peer("tms", user="alice")
    assert row(tmp_path / "a", "api_user", of_product, REQUIRED)["outcome"] == "pass"
    nobody = file("peers/tms.pem", chain(certificate("manager", key=7, san=["DNS:tms.example.com"]), ISSUING))
    assert row(tmp_path / "b", "api_user", of_product, password, nobody)["outcome"] == "pass"
    refused = row(tmp_path / "c", "api_user", of_product, password, nobody, REQUIRED)
    assert (refused["outcome"], refused["reason_code"]) == ("fail", "common_name_is_no_user")


def test_the_user_name_of_an_api_user_is_compared_exactly(tmp_path: Path) -> None:
    other_case = file("peers/tms.pem", chain(certificate("TMS-Service", key=7, san=["DNS:tms.example.com"]), ISSUING))
    found = row(tmp_path, "api_user", other_case, REQUIRED)
    assert (found["outcome"], found["readings"]) == ("open", "A9")


def test_any_certificate_of_a_ca_in_the_store_is_admitted_to_call(tmp_path: Path) -> None:
    """Whatever its names are."""
    anyone = file("peers/room.pem", chain(certificate("anyone", key=5, san=["DNS:www.example.org"]), ISSUING))
    assert row(tmp_path / "a", "incoming_sip", anyone)["outcome"] == "pass"
    assert row(tmp_path / "b", "outgoing_sip", anyone)["outcome"] == "fail"


def test_a_good_answer_is_the_only_one_that_lets_an_api_user_in(tmp_path: Path) -> None:
    tms = certificate("tms-service", key=7, san=["DNS:tms.example.com"])
    for status, expected in ((GOOD, "pass"), (REVOKED, "fail")):
        answered = several(
            settings(CERTIFICATES, ocsp=OCSP),
            file("peers/tms.pem", chain(tms, ISSUING)),
            peer("tms", ocsp_response="peers/tms.ocsp"),
            file("peers/tms.ocsp", ocsp_response(tms, ISSUING, status)),
        )
        assert row(tmp_path / expected, "api_user", answered)["outcome"] == expected


def test_a_pass_says_that_certificates_are_accepted_and_not_that_a_call_works(tmp_path: Path) -> None:
    """TLS versions and ciphers are not documented."""
    connections = CleanExport().predicted(tmp_path).connections
    passing = connections.loc[connections["outcome"] == "pass", "reason"]
    assert set(passing) == {"Both sides accept the certificates."}
