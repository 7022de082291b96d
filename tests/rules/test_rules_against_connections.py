"""A rule does not say what the connections of the same device contradict: both read one derivation."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.predict.situations import another
from tests.rules.breakages import FAILS, OPENS
from tests.rules.breakages.base import Break, all_of, audit_of, file, ocsp_server, setting
from tests.rules.breakages.settings import STRANGE_OCSP_SERVER, ocsp
from tests.rules.judged import findings, outcomes

NOTHING_BY_TLS: Final[dict[str, Break]] = {
    "no feature key": setting("device", features=["Video firewall"]),
    "the services are off": setting("services", https=False, sips_tcp=False),
}
NEEDS_THE_SERVICE: Final = ("MCU211", "MCU301", "MCU310", "MCU311", "MCU420", "MCU421", "MCU422")
"""Rules about who gets in, or is refused, by HTTPS and by SIP over TLS."""

BROKEN: Final = OPENS | FAILS


@pytest.mark.parametrize("code", NEEDS_THE_SERVICE)
@pytest.mark.parametrize("why", NOTHING_BY_TLS)
def test_nobody_gets_in_or_is_refused_by_a_service_that_does_not_exist(why: str, code: str, tmp_path: Path) -> None:
    ways = {"served": (BROKEN[code],), "not served": (BROKEN[code], NOTHING_BY_TLS[why])}
    found = {name: outcomes(code, tmp_path / name, *breaks) for name, breaks in ways.items()}
    assert found["served"] & {"fail", "open"}
    assert not found["not served"] & {"fail", "open"}


@pytest.mark.parametrize("why", NOTHING_BY_TLS)
def test_the_connections_of_these_services_do_not_exist(why: str, tmp_path: Path) -> None:
    connections = audit_of(all_of(FAILS["MCU420"], NOTHING_BY_TLS[why]), tmp_path).connections
    found = connections.groupby("connection_type")["outcome"].agg(lambda cells: {*map(str, cells)}).to_dict()
    assert found.pop("feedback_receiver") == {"pass"}
    assert set(found) == {"incoming_sip", "outgoing_sip", "web_user", "api_user", "ocsp_server"}
    assert set().union(*found.values()) == {"notApplicable"}


NOBODY: Final[dict[str, Break]] = {
    "the key does not match": setting("ssl_certificates", private_key="Key does not match certificate"),
    "OCSP has no server": ocsp(server_url=""),
    "the OCSP server is refused": all_of(ocsp_server, file("peers/ocsp.pem", STRANGE_OCSP_SERVER)),
}
BY_CERTIFICATE: Final = ("MCU311", "MCU421", "MCU422")
"""Rules that say that a certificate logs somebody in."""


@pytest.mark.parametrize("code", BY_CERTIFICATE)
@pytest.mark.parametrize("why", NOBODY)
def test_no_certificate_logs_in_where_every_login_is_rejected(why: str, code: str, tmp_path: Path) -> None:
    assert outcomes(code, tmp_path / "somebody", BROKEN[code]) & {"fail", "open"}
    assert not outcomes(code, tmp_path / "nobody", BROKEN[code], NOBODY[why]) & {"fail", "open"}


def test_nobody_calls_a_device_without_its_key(tmp_path: Path) -> None:
    assert "fail" in outcomes("MCU310", tmp_path / "somebody", BROKEN["MCU310"])
    without = NOBODY["the key does not match"]
    assert "fail" not in outcomes("MCU310", tmp_path / "nobody", BROKEN["MCU310"], without)
    # For exposure the reading that admits counts.
    unclear = setting("ssl_certificates", private_key="???")
    assert "fail" in outcomes("MCU310", tmp_path / "perhaps", BROKEN["MCU310"], unclear)


def test_a_ca_that_lacks_is_certain_for_the_peers_alone_that_are_named(tmp_path: Path) -> None:
    second = another("room", chain_complete=True, identifiers=["10.1.2.201"])
    found = findings("MCU305", tmp_path, all_of(OPENS["MCU305"], second))
    assert found["outcome"].tolist() == ["fail"]
    assert found["evidence"].str.contains("no path from another room to a root").all()
