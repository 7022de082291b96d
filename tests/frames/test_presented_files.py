"""Files of presented certificates: damaged chains, a wrong order, and what the frames say of fields."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from mcuaudit import Audit
from tests.authority import LONG_AGO, encoded
from tests.clean_export import DEVICE, HOST, ISSUING, LOCAL_NAMES, ROOT, CleanExport, certificate, local_certificate
from tests.odd_encodings import pem, pkcs7_of, with_extension, with_field

LOCAL = f"{DEVICE}/local-certificate.pem"
CUT = ISSUING.pem[: len(ISSUING.pem) // 2] + b"-----END CERTIFICATE-----\n"


def connection(audit: Audit, kind: str) -> pd.Series:
    return audit.connections.set_index("connection_type").loc[kind]


def reasons(audit: Audit) -> str:
    return " ".join([*audit.connections["reason"], *audit.findings["evidence"]])


def test_a_damaged_block_of_a_presented_chain_leaves_trust_open(tmp_path: Path) -> None:
    export = CleanExport()
    export.files |= {LOCAL: local_certificate().pem + CUT, "peers/trusted.pem": ROOT.pem}
    export.files["peers/room.pem"] = certificate("room", key=5, san=["DNS:10.1.2.200", "URI:sip:10.1.2.200"]).pem + CUT
    export.files[f"{DEVICE}/sip-trust-store.pem"] = ROOT.pem
    audit = export.audit(tmp_path)
    incoming = connection(audit, "incoming_sip")
    assert incoming["outcome"] == "open"
    assert (incoming["mcu_trust"], incoming["peer_trust"]) == ("open", "open")
    assert incoming["missing_evidence"] == "peers/room.pem"
    assert audit.devices["local_chain_damaged"].tolist() == [True]
    assert audit.peers.set_index("peer")["presented_chain_damaged"].to_dict()["room"]
    assert "neither presented" not in reasons(audit)
    assert "unreadable" in incoming["reason"]


def test_an_expired_certificate_is_expired_though_its_chain_is_damaged(tmp_path: Path) -> None:
    export = CleanExport()
    old = local_certificate(not_before=LONG_AGO, not_after=datetime(2026, 1, 1, tzinfo=UTC))
    odd = with_extension(old.der, ISSUING, "issuerAltName", encoded(0x30, b"\x82\x05a"))
    export.files |= {LOCAL: pem(odd) + CUT, "peers/trusted.pem": ROOT.pem}
    incoming = connection(export.audit(tmp_path), "incoming_sip")
    assert (incoming["outcome"], incoming["peer_trust"]) == ("fail", "fail")
    assert "expired" in incoming["reason"]


def test_the_wrong_order_is_reported_and_nothing_is_refused_for_it(tmp_path: Path) -> None:
    export = CleanExport()
    export.files[LOCAL] = ROOT.pem + ISSUING.pem + local_certificate().pem
    export.files["peers/room.pem"] = ISSUING.pem + certificate("room", key=5, san=["DNS:10.1.2.200"]).pem
    audit = export.audit(tmp_path)
    found = audit.problems.set_index("file")
    assert "is third: put it first" in found.loc[LOCAL, "reason"]
    assert "is second: put it first" in found.loc["peers/room.pem", "reason"]
    assert found.loc["peers/room.pem", "where"].startswith("certificate 2, line ")
    assert "fail" not in set(audit.connections["outcome"].astype(str))
    assert set(audit.devices["local_certificate_state"].astype(str)) == {"damaged"}
    assert "is not in the export" not in " ".join(audit.connections["reason"])


def test_followed_literally_the_message_about_the_order_leads_on(tmp_path: Path) -> None:
    export = CleanExport()
    export.files[LOCAL] = local_certificate().pem + ISSUING.pem + ROOT.pem
    audit = export.audit(tmp_path)
    assert audit.problems.empty
    assert connection(audit, "incoming_sip")["outcome"] == "pass"


def test_pkcs7_has_no_order_to_report(tmp_path: Path) -> None:
    export = CleanExport()
    export.files[LOCAL] = pkcs7_of(ROOT.der, ISSUING.der, local_certificate().der)
    audit = export.audit(tmp_path)
    assert audit.problems.empty
    assert connection(audit, "incoming_sip")["outcome"] == "pass"


def test_a_file_that_is_there_and_unreadable_is_not_called_missing(tmp_path: Path) -> None:
    export = CleanExport()
    export.files |= {LOCAL: b"", "peers/room.pem": b"\n"}
    audit = export.audit(tmp_path)
    assert audit.problems["file"].tolist() == [LOCAL, "peers/room.pem"], "one message for every empty file"
    assert {"open"} == set(audit.connections["outcome"].astype(str)) - {"pass", "notApplicable"}
    assert "certificate of room is not in the export" not in reasons(audit)
    assert "unreadable" in connection(audit, "incoming_sip")["reason"]


@pytest.mark.parametrize(
    ("extension", "value", "column", "outcome"),
    [
        ("extKeyUsage", encoded(0x30, b"\x0c\x01x"), "peer_purpose", "open"),
        ("signedCertificateTimestampList", b"\x04\x02", "peer_purpose", "pass"),
        ("signedCertificateTimestampList", b"\x04\x02", "peer_trust", "pass"),
        ("basicConstraints", encoded(0x30, b"\x01\x01\x00"), "peer_trust", "pass"),
    ],
)
def test_a_field_makes_open_what_rests_on_it(
    extension: str, value: bytes, column: str, outcome: str, tmp_path: Path
) -> None:
    odd = with_extension(local_certificate(san=LOCAL_NAMES).der, ISSUING, extension, value)
    export = CleanExport()
    export.files[LOCAL] = pem(odd) + ISSUING.pem
    audit = export.audit(tmp_path)
    assert connection(audit, "incoming_sip")[column] == outcome
    row = audit.certificates[audit.certificates["common_names"] == HOST].to_dict("records")[0]
    (problem,) = audit.problems.to_dict("records")
    assert problem["where"] == "PEM block 1, line 1"
    read = extension == "basicConstraints"
    assert (problem["kind"], row["unreadable_fields"]) == (("note", "") if read else ("unreadable", extension))
    assert row["oddly_encoded_fields"] == (extension if read else "")


@pytest.mark.parametrize(
    ("extension", "value", "code"),
    [("extKeyUsage", encoded(0x30, b"\x0c\x01x"), "MCU109"), ("keyUsage", b"\x03\x02\x09\x06", "MCU112")],
)
def test_a_rule_about_a_field_that_cannot_be_read_is_undetermined(
    extension: str, value: bytes, code: str, tmp_path: Path
) -> None:
    odd = with_extension(local_certificate(san=LOCAL_NAMES).der, ISSUING, extension, value)
    export = CleanExport()
    export.files[LOCAL] = pem(odd) + ISSUING.pem
    findings = export.audit(tmp_path).findings.set_index("code")
    assert findings.loc[code, "outcome"] == "open"
    assert "unreadable" in findings.loc[code, "evidence"]


def test_a_validity_that_cannot_be_read_is_not_called_missing(tmp_path: Path) -> None:
    validity = encoded(0x30, encoded(0x17, b"260101000000Z") + encoded(0x17, b"2701010000Z"))
    export = CleanExport()
    export.files[LOCAL] = pem(with_field(local_certificate().der, ISSUING, "validity", validity)) + ISSUING.pem
    root = pem(with_field(ROOT.der, ROOT, "validity", validity))
    export.files[f"{DEVICE}/sip-trust-store.pem"] = root + ISSUING.pem
    audit = export.audit(tmp_path)
    row = audit.certificates.set_index("common_names").loc[HOST]
    assert pd.notna(row["not_before"])
    assert pd.isna(row["not_after"])
    findings = audit.findings.set_index("code")
    assert findings.loc["MCU103", "outcome"] == "open"
    assert "unreadable fields: notAfter" in findings.loc["MCU103", "evidence"]
    assert "is not in the export" not in reasons(audit)
    assert not (audit.problems["kind"] == "internal").any()
    assert connection(audit, "incoming_sip")["outcome"] == "open"
