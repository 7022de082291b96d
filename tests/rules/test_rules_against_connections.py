"""A rule does not say what the connections of the same device contradict: both read one derivation."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.rules.breakages import FAILS, OPENS
from tests.rules.breakages.base import Break, all_of, audit_of, setting
from tests.rules.judged import outcomes

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
