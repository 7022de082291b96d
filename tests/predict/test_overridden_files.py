"""Certificates of files that nearer ones override are elsewhere in the export (reading A11), and of no other use."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clean_export import DEVICE, ISSUING, LAST_YEAR, ROOT, CleanExport, chain


def incoming(export: CleanExport, directory: Path) -> dict[str, object]:
    found = export.audit(directory).connections
    (row,) = found[found["connection_type"] == "incoming_sip"].to_dict("records")
    return row


def presenting_alone() -> CleanExport:
    """The room presents its certificate without its issuer, which is in no file that is used."""
    export = CleanExport()
    (leaf, _) = export.files["peers/room.pem"].split(b"-----END CERTIFICATE-----\n", 1)  # type: ignore[union-attr]
    export.peers = {"room": export.peers["room"]}
    export.peers["room"].pop("trust_store")
    export.peers["room"] |= {"chain_complete": False, "standard": "none"}
    for name in ("alice", "tms", "ocsp", "trusted"):
        del export.files[f"peers/{name}.pem"]
    local = export.files[f"{DEVICE}/local-certificate.pem"]
    assert isinstance(local, bytes)
    export.files |= {
        "peers/room.pem": leaf + b"-----END CERTIFICATE-----\n",
        f"{DEVICE}/local-certificate.pem": local.split(b"-----END CERTIFICATE-----\n", 1)[0]
        + b"-----END CERTIFICATE-----\n",
        f"{DEVICE}/sip-trust-store.pem": ROOT.pem,
        f"{DEVICE}/https-trust-store.pem": ROOT.pem,
    }
    return export


def test_without_the_ca_there_is_no_path(tmp_path: Path) -> None:
    row = incoming(presenting_alone(), tmp_path)
    assert (row["outcome"], row["reason_code"]) == ("fail", "no_issuer")


@pytest.mark.parametrize(
    "file",
    ["sip-trust-store.pem", "leeds/sip-trust-store.pem", "https-trust-store.pem", "call-home-trust-store.pem",
     "leeds/https-trust-store.cer"],
)  # fmt: skip
def test_a_ca_of_an_overridden_store_may_be_presented(file: str, tmp_path: Path) -> None:
    export = presenting_alone()
    export.files[file] = chain(ROOT, ISSUING)
    row = incoming(export, tmp_path)
    assert (row["outcome"], row["readings"]) == ("open", "A11")


def test_and_so_may_one_of_an_overridden_file_of_a_peer(tmp_path: Path) -> None:
    export = presenting_alone()
    export.peers["room"] |= {"trust_store": "peers/trusted.pem"}
    export.files["leeds/peers.toml"] = b'[[peer]]\nname = "room"\ntrust_store = "peers/mine.pem"\n'
    export.files |= {"peers/trusted.pem": chain(ROOT, ISSUING), "leeds/peers/mine.pem": ROOT.pem}
    row = incoming(export, tmp_path)
    assert (row["outcome"], row["readings"]) == ("open", "A11")


def test_a_store_that_no_device_uses_has_no_findings_about_its_members(tmp_path: Path) -> None:
    export = CleanExport()
    expired = ROOT.intermediate("Expired CA", not_after=LAST_YEAR)
    export.files["sip-trust-store.pem"] = chain(ROOT, expired)
    audit = export.audit(tmp_path)
    assert "sip-trust-store.pem" in audit.placements["file"].tolist()
    assert audit.findings[audit.findings["certificate"] == expired.record.sha256].empty
