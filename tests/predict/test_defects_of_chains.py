"""A defect within a presented chain is told of the file that is presented, and not of the trust store."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from mcuaudit import Audit
from tests.authority import LONG_AGO, Issued, encoded, rsa_key
from tests.clean_export import DEVICE, ISSUING, ROOT, CleanExport, certificate, local_certificate
from tests.odd_encodings import pem, with_extension

LOCAL, ROOM = f"{DEVICE}/local-certificate.pem", "peers/room.pem"
ROOM_LEAF = certificate("room", key=5, san=["DNS:10.1.2.200", "URI:sip:10.1.2.200"])


def flipped(der: bytes, from_end: int = 5) -> bytes:
    return der[:-from_end] + bytes([der[-from_end] ^ 1]) + der[len(der) - from_end + 1 :]


def issuing(**wishes: object) -> Issued:
    return ROOT.intermediate("Example Issuing CA", key=rsa_key(2), **wishes)  # type: ignore[arg-type]


DEFECTS = {
    "signature": flipped(ISSUING.der),
    "expired": issuing(not_before=LONG_AGO, not_after=datetime(2026, 1, 1, tzinfo=UTC)).der,
    "unreadable_field": with_extension(ISSUING.der, ROOT, "nameConstraints", encoded(0x30, b"\x82\x05a")),
}


def audited(directory: Path, chain: bytes, leaf: bytes = ROOM_LEAF.der) -> Audit:
    export = CleanExport()
    export.files[ROOM] = pem(leaf) + pem(chain)
    export.files[f"{DEVICE}/sip-trust-store.pem"] = ROOT.pem
    # No other copy of the intermediate in the export.
    for name in [
        name for name in export.files if name.startswith("peers/") and name not in (ROOM, "peers/trusted.pem")
    ]:
        export.files[name] = None
        export.peers.pop(name.removeprefix("peers/").removesuffix(".pem"), None)
    export.files |= {LOCAL: local_certificate().pem, f"{DEVICE}/https-trust-store.pem": ROOT.pem}
    export.files["peers/trusted.pem"] = ROOT.pem
    return export.audit(directory)


def incoming(audit: Audit) -> pd.Series:
    return audit.connections.set_index("connection_type").loc["incoming_sip"]


@pytest.mark.parametrize("name", DEFECTS)
def test_the_presented_file_is_named_and_the_sound_store_is_not_blamed(name: str, tmp_path: Path) -> None:
    audit = audited(tmp_path, DEFECTS[name])
    row = incoming(audit)
    assert (row["mcu_trust"], row["reason_code"]) == ("open" if name == "unreadable_field" else "fail", name)
    assert row["cause_id"] == "certificate peer_certificate room peers/room.pem"
    assert "Example Issuing CA" in row["reason"]
    texts = f"{row['reason']} {row['remedy']}"
    assert "trust store" not in texts
    if name == "unreadable_field":
        assert row["missing_evidence"] == "peers/room.pem"
    else:
        assert ROOM in row["reason"]
    assert ("may be damaged" in row["reason"]) == (name != "expired")


def test_followed_literally_the_remedy_of_a_damaged_copy_leads_on(tmp_path: Path) -> None:
    before = audited(tmp_path / "before", DEFECTS["signature"])
    assert f"Compare CN=Example Issuing CA,O=Example in {ROOM}" in incoming(before)["remedy"]
    assert incoming(audited(tmp_path / "after", ISSUING.der))["mcu_trust"] == "pass"


def test_a_damaged_copy_of_the_end_entity_is_named_with_its_file(tmp_path: Path) -> None:
    row = incoming(audited(tmp_path, ISSUING.der, flipped(ROOM_LEAF.der)))
    assert (row["mcu_trust"], row["cause_id"]) == ("fail", "certificate peer_certificate room peers/room.pem")
    assert f"presented in {ROOM}. This copy of it may be damaged." in row["reason"]


def test_a_copy_that_differs_from_one_elsewhere_is_named_where_only_that_one_gives_a_path(tmp_path: Path) -> None:
    export = CleanExport()
    export.files[LOCAL] = local_certificate().pem + pem(flipped(ISSUING.der))
    export.files["peers/trusted.pem"] = ROOT.pem
    audit = export.audit(tmp_path)
    row = audit.connections.set_index("connection_type").loc["web_user"]
    assert (row["outcome"], row["reason_code"]) == ("open", "intermediate_not_presented")
    assert f"The copy that is presented in {LOCAL} differs from it" in row["reason"]
    assert row["cause_id"] == f"certificate local_certificate {DEVICE}"


def test_a_bad_signature_within_a_store_is_the_stores(tmp_path: Path) -> None:
    export = CleanExport()
    export.files[ROOM] = ROOM_LEAF.pem
    export.files[f"{DEVICE}/sip-trust-store.pem"] = ROOT.pem + pem(flipped(ISSUING.der))
    row = incoming(export.audit(tmp_path))
    assert (row["mcu_trust"], row["cause_id"]) == ("fail", f"trust_store sip_trust_store {DEVICE}")
