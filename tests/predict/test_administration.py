"""Who can still administer a device, by which way, and what locks everyone out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clean_export import DEVICE, ELSEWHERE, ISSUING, CleanExport, certificate, chain
from tests.predict.test_connections import CERTIFICATES, OCSP, REQUIRED, Change, file, peer, settings, several, without

HTTP = several(settings("services", http=True), settings("security", redirect_http_to_https=False))
STRANGER = file("peers/alice.pem", chain(certificate("alice", ELSEWHERE, 6)))

NOBODY = several(
    lambda export: export.settings["users"][0].update(privilege="guest"),
    lambda export: export.settings["users"][1].update(privilege="guest"),
)

CASES: dict[str, tuple[Change, str, str]] = {
    "a trusted certificate": (several(), "pass", "HTTPS with the certificate of alice"),
    "HTTP with a password": (several(HTTP, STRANGER), "pass", "HTTP with a password"),
    "HTTPS with a password": (
        settings(CERTIFICATES, client_certificate_security="Not required"),
        "pass",
        "HTTPS with a",
    ),
    "no certificate that is trusted": (STRANGER, "fail", "HTTP is off"),
    "required blocks HTTP": (several(HTTP, REQUIRED, STRANGER), "fail", "HTTP logins are blocked"),
    "required: the CN is no administrator": (
        several(REQUIRED, lambda export: export.settings["users"][0].update(privilege="guest")),
        "fail",
        'certificate ("alice") is not the user name of an administrator',
    ),
    "verify: the user is no administrator": (
        lambda export: export.settings["users"][0].update(privilege="guest"),
        "fail",
        "who is not an administrator",
    ),
    "everything is off": (settings("services", http=False, https=False), "fail", "HTTPS is off"),
    "HTTP is redirected and HTTPS off": (
        several(settings("services", http=True, https=False)),
        "fail",
        "HTTP is redirected to HTTPS",
    ),
    "the feature key is missing": (settings("device", features=["x"]), "fail", "feature key for HTTPS"),
    "the OCSP server is refused": (
        several(
            settings(CERTIFICATES, ocsp=OCSP),
            file("peers/ocsp.pem", chain(certificate("ocsp", ELSEWHERE, 8, san=["DNS:ocsp.example.com"]))),
        ),
        "fail",
        "OCSP is on, but the MCU does not accept the OCSP server's certificate",
    ),
    "no web user is declared": (lambda export: export.peers.pop("alice"), "open", "No web user"),
    "A9 is open, so nobody is in for certain": (
        several(REQUIRED, file("peers/alice.pem", chain(certificate("ALICE", key=6), ISSUING))),
        "open",
        "differs from a user name on the device only in case",
    ),
    "HTTPS is not told": (without("services", "https"), "open", "does not say whether HTTPS is on"),
    "client certificate security is not told, and the certificate is trusted at every level": (
        without(CERTIFICATES, "client_certificate_security"),
        "pass",
        "whatever Client certificate security is",
    ),
    "client certificate security is not told, and decides": (
        several(without(CERTIFICATES, "client_certificate_security"), STRANGER),
        "open",
        "Client certificate security is not in the export",
    ),
    "client certificate security is not told, and nobody is an administrator": (
        several(without(CERTIFICATES, "client_certificate_security"), NOBODY),
        "fail",
        "None of the users in the export is an administrator",
    ),
    "redirection is not told, and the certificate is refused": (
        several(settings("services", http=True), without("security", "redirect_http_to_https"), STRANGER),
        "open",
        "does not say whether HTTP is redirected",
    ),
    "an API user does not bring anybody in": (peer("alice", connections=["api_user"]), "open", "No web user"),
    "before 4.4 a password does": (
        several(settings("device", software_version="4.3(2.18)"), REQUIRED, STRANGER),
        "pass",
        "HTTPS with a password",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_case(case: str, tmp_path: Path) -> None:
    change, outcome, words = CASES[case]
    export = CleanExport()
    change(export)
    audit = export.audit(tmp_path)
    (row,) = audit.administration.to_dict("records")
    assert row["outcome"] == outcome, row["reason"]
    assert words in f"{row['way']} {row['reason']}"
    locked = audit.findings[audit.findings["code"] == "MCU411"]
    assert locked["outcome"].astype(str).tolist() == ([] if outcome == "pass" else [outcome])


def test_whatever_the_level_the_reason_is_the_one_that_holds_at_each(tmp_path: Path) -> None:
    export = CleanExport()
    del export.settings["ssl_certificates"]["client_certificate_security"]
    export.settings["users"] = [{"name": "alice", "privilege": "full control"}]
    export.files[f"{DEVICE}/https-trust-store.pem"] = ELSEWHERE.pem
    (row,) = export.predicted(tmp_path).administration.to_dict("records")
    assert (row["outcome"], row["reason_code"]) == ("fail", "no_administrator")
