"""Peers that are not declared, and stores that are not in the export: what holds of each of them is said."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.authority import NOW
from tests.clean_export import DEVICE, ISSUING, CleanExport, certificate, chain
from tests.predict.situations import security
from tests.rules.breakages.base import Break, all_of, audit_of, file, local, ocsp_server, peer, setting
from tests.rules.breakages.settings import STRANGE_OCSP_SERVER, ocsp

NO_PEERS: Break = lambda export: export.peers.clear()  # noqa: E731
EXPIRED = NOW - timedelta(seconds=1)


def outcomes(breakage: Break, directory: Path) -> dict[str, str]:
    """The outcome of each type of connection."""
    found = audit_of(breakage, directory).connections
    return dict(zip(found["connection_type"].astype(str), found["outcome"].astype(str), strict=True))


def only_ocsp(export: CleanExport) -> None:
    """Of all peers the OCSP server alone is declared."""
    export.peers = {"ocsp": export.peers["ocsp"]}


@pytest.mark.parametrize(
    ("why", "refused"),
    [
        (file(f"{DEVICE}/sip-trust-store.pem", b"# empty\n"), {"incoming_sip", "outgoing_sip"}),
        (file(f"{DEVICE}/https-trust-store.pem", b"# empty\n"), {"web_user", "api_user", "feedback_receiver"}),
        (ocsp(server_url=""), {"web_user", "api_user"}),
    ],
)
def test_peers_that_are_not_declared_are_refused_where_everybody_is(
    why: Break, refused: set[str], tmp_path: Path
) -> None:
    found = outcomes(all_of(NO_PEERS, why), tmp_path)
    assert {kind for kind, outcome in found.items() if outcome == "fail"} == refused
    assert {found[kind] for kind in {"incoming_sip", "outgoing_sip", "web_user", "api_user"} - refused} == {"open"}


def test_whether_a_peer_that_is_not_declared_verifies_is_not_known(tmp_path: Path) -> None:
    no_users: Break = lambda export: export.settings.update(users=[])  # noqa: E731
    found = audit_of(all_of(NO_PEERS, no_users, security("Not required")), tmp_path).connections
    users = found[found["connection_type"].isin(["web_user", "api_user"])]
    assert users[["outcome", "reason_code", "authenticated"]].values.tolist() == [["fail", "no_users", "open"]] * 2


def test_of_another_model_no_peer_is_refused(tmp_path: Path) -> None:
    empty = file(f"{DEVICE}/sip-trust-store.pem", b"# empty\n")
    other = setting("device", model="TS 8710")
    without = setting("ssl_certificates", private_key="Key does not match certificate")
    for name, why in {"store": empty, "key": without}.items():
        found = audit_of(all_of(NO_PEERS, other, why), tmp_path / name).connections
        assert set(found["reason_code"]) == {"not_an_mcu"}
        assert set(found["outcome"].astype(str)) == {"open"}


def test_users_that_are_not_declared_are_rejected_with_the_ocsp_server(tmp_path: Path) -> None:
    refused = all_of(ocsp_server, file("peers/ocsp.pem", STRANGE_OCSP_SERVER), only_ocsp)
    found = audit_of(refused, tmp_path).connections
    users = found[found["connection_type"].isin(["web_user", "api_user"])]
    assert users["outcome"].tolist() == ["fail", "fail"]
    assert users["reason"].str.startswith("OCSP is on, but the MCU does not accept the OCSP server").all()
    assert users["peer_outcome"].tolist() == ["notApplicable", "notApplicable"]


@pytest.mark.parametrize(
    "nobody",
    [
        file(f"{DEVICE}/sip-trust-store.pem", None),
        all_of(
            file(f"{DEVICE}/sip-trust-store.pem", b"# empty\n"),
            lambda export: export.settings["ssl_certificates"].pop("verification_settings"),
        ),
        all_of(
            file(f"{DEVICE}/sip-trust-store.pem", b"# empty\n"),
            setting("ssl_certificates", verification_settings="No verification"),
        ),
    ],
)
def test_where_one_of_them_may_be_accepted_they_are_open(nobody: Break, tmp_path: Path) -> None:
    assert outcomes(all_of(NO_PEERS, nobody), tmp_path)["incoming_sip"] == "open"


def test_an_expired_local_certificate_is_refused_by_a_peer_whose_store_is_not_in_the_export(tmp_path: Path) -> None:
    unknown: Break = lambda export: export.peers["room"].pop("trust_store")  # noqa: E731
    found = audit_of(all_of(local(not_after=EXPIRED), unknown), tmp_path).connections
    calls = found[found["peer"] == "room"]
    assert calls["outcome"].tolist() == ["fail", "fail"]
    assert calls["reason"].str.contains("certificate has expired").all()
    assert outcomes(unknown, tmp_path / "valid")["incoming_sip"] == "open"


def test_an_expired_local_certificate_that_is_perhaps_not_presented_is_open(tmp_path: Path) -> None:
    unknown: Break = lambda export: export.peers["room"].pop("trust_store")  # noqa: E731
    unticked = setting("sip", use_local_certificate_for_outgoing=False)
    found = outcomes(all_of(local(not_after=EXPIRED), unknown, unticked), tmp_path)
    assert (found["incoming_sip"], found["outgoing_sip"]) == ("fail", "open")


@pytest.mark.parametrize("content", [None, b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"])
def test_an_expired_peer_is_refused_by_an_mcu_whose_store_is_not_known(content: bytes | None, tmp_path: Path) -> None:
    expired = chain(certificate("room", key=5, san=["DNS:10.1.2.200"], not_after=EXPIRED), ISSUING)
    store = file(f"{DEVICE}/sip-trust-store.pem", content)
    found = outcomes(all_of(file("peers/room.pem", expired), store), tmp_path)
    assert (found["incoming_sip"], found["outgoing_sip"]) == ("fail", "fail")
    assert outcomes(store, tmp_path / "valid")["incoming_sip"] == "open"


def test_what_locks_out_whether_https_is_on_or_not_locks_out(tmp_path: Path) -> None:
    untold: Break = lambda export: export.settings["services"].pop("https")  # noqa: E731
    anybody = audit_of(untold, tmp_path / "anybody").administration
    assert anybody["outcome"].tolist() == ["open"]
    nobody = all_of(untold, security("Certificate-based authentication required"), peer("alice", certificate=False))
    found = audit_of(nobody, tmp_path / "nobody").administration.iloc[0]
    assert (found["outcome"], found["reason_code"]) == ("fail", "no_certificate")


def test_a_receiver_is_as_open_without_the_setting_as_with_it(tmp_path: Path) -> None:
    """Another peer may be the receiver, if its names cannot be read."""
    doubtful = peer("ocsp", identifiers=7)
    untold: Break = lambda export: export.settings.pop("feedback_receivers")  # noqa: E731
    for name, breakage in {"told": doubtful, "untold": all_of(doubtful, untold)}.items():
        assert outcomes(breakage, tmp_path / name)["feedback_receiver"] == "open"
    assert outcomes(untold, tmp_path / "without doubt")["feedback_receiver"] == "pass"
