"""Odd certificates, from export to verdict: what cannot be read is a problem and open, the rest is judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import programs
from tests.authority import NOW
from tests.clean_export import DEVICE, HOST, ISSUING, LOCAL_NAMES, CleanExport, chain, local_certificate, with_local
from tests.odd_encodings import pem, signed_anew

LOCAL = f"{DEVICE}/local-certificate.pem"


@pytest.mark.parametrize("serial", [0, -1])
def test_a_serial_number_that_is_not_positive_gives_no_warning(serial: int, tmp_path: Path) -> None:
    export = CleanExport()
    export.files[LOCAL] = with_local(serial=serial)
    always = f"import warnings; warnings.simplefilter('always'); {programs.COMMAND}"
    ran = programs.run_text("check", export.write(tmp_path), "--at", NOW.isoformat(), code=always)
    assert ran.returncode == 0
    assert "Warning" not in ran.stderr
    assert "all 5 connections will be accepted" in ran.stderr


def test_a_certificate_without_extensions_is_judged(tmp_path: Path) -> None:
    export = CleanExport()
    export.files[LOCAL] = chain(local_certificate(version=1), ISSUING)
    audit = export.audit(tmp_path)
    incoming = audit.connections[audit.connections["connection_type"] == "incoming_sip"].to_dict("records")[0]
    assert incoming["peer_trust"] == "pass"
    assert incoming["peer_identity"] == "fail", "neither a subjectAltName nor the address in the CN"
    assert audit.problems.empty


def test_a_name_that_cannot_be_read_costs_itself(tmp_path: Path) -> None:
    export = CleanExport()
    change = HOST.encode(), b"\xff" + HOST.encode()[1:]
    odd = signed_anew(local_certificate(san=[f"DNS:{HOST}"]).der, ISSUING, change, 1)
    export.files[LOCAL] = pem(odd) + ISSUING.pem
    audit = export.audit(tmp_path)
    (problem,) = audit.problems.to_dict("records")
    assert (problem["file"], problem["kind"]) == (LOCAL, "unreadable")
    assert "subjectAltName entry 1 (dNSName)" in problem["reason"]
    assert audit.devices["local_certificate_state"].astype(str).tolist() == ["present"]
    judged = audit.connections.set_index("connection_type")
    assert judged.loc["incoming_sip", "peer_trust"] == "pass"
    assert judged.loc["incoming_sip", "peer_identity"] == "open", "no other name matches, and this one might"
    assert (audit.findings["code"] == "MCU116").any()


def test_ten_thousand_names_are_judged(tmp_path: Path) -> None:
    names = [f"DNS:room{number}.example.com" for number in range(10_000)]
    export = CleanExport()
    export.files[LOCAL] = with_local(san=[*names, *LOCAL_NAMES])
    audit = export.audit(tmp_path)
    assert set(audit.connections["outcome"].astype(str)) == {"pass", "notApplicable"}
    assert len(audit.certificates["dns_names"].str.split().explode()) > 10_000
