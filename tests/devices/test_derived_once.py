"""Facts that prediction, rules and pages read from one place: expected domains, similar users, issuers, ways in."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcuaudit.devices.issuers import IssuerKind, issuer_kind, names_below_a_root
from mcuaudit.devices.names import expects_outbound_domain
from mcuaudit.devices.users import nearly_a_user
from mcuaudit.domain.answer import Answer, either
from mcuaudit.domain.standards import Standard
from mcuaudit.predict.administration import administration
from mcuaudit.predict.login import PASSWORD
from mcuaudit.predict.ways import WebLogin
from tests.clean_export import ISSUING, ROOT, CleanExport, certificate
from tests.devices.build import mcu, peer, record, records

YES, NO, OPEN = Answer.YES, Answer.NO, Answer.OPEN
TRUNK = {"sip__outbound_call_configuration": "Use trunk", "sip__outbound_domain": "example.com"}


def test_either_of_several_answers() -> None:
    assert (either(NO, OPEN, YES), either(NO, OPEN), either(NO), either()) == (YES, OPEN, NO, NO)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"expects": ("Example.com",)}, YES),
        ({"expects": ("mcu-1.example.com",)}, NO),
        ({}, OPEN),
        ({"standard": None, "expects": ("example.com",)}, OPEN),
        ({"standard": Standard.VCS, "expects": ("example.com",)}, NO),
        ({"route": "direct", "expects": ("example.com",)}, NO),
        ({"connections": ("web_user",), "expects": ("example.com",)}, NO),
    ],
)
def test_who_expects_the_outbound_domain(facts: dict[str, object], expected: Answer) -> None:
    strict = {"connections": ("incoming_sip",), "route": "proxied", "standard": Standard.RFC5922}
    one = peer(**{**strict, **facts})
    assert expects_outbound_domain(mcu(**TRUNK), one) is expected
    assert expects_outbound_domain(mcu(sip__outbound_domain="example.com"), one) is NO


def test_a_user_that_is_nearly_the_cn() -> None:
    assert nearly_a_user(("ALICE",), ("bob", "alice")) == "alice"
    assert nearly_a_user(("a  lice",), ("A lice",)) == "A lice"
    assert nearly_a_user(("ALICE", "bob"), ("bob", "alice")) == ""
    assert nearly_a_user(("eve",), ("alice",)) == ""


def test_an_issuer_is_private_if_a_root_is_known() -> None:
    local = record(certificate("mcu-1"))
    known, partial = (names_below_a_root(records(*found)) for found in ((ROOT, ISSUING), (ISSUING,)))
    assert issuer_kind(local, frozenset(), known) is IssuerKind.PRIVATE
    assert issuer_kind(local, frozenset(), partial) is IssuerKind.UNKNOWN
    assert issuer_kind(local, frozenset({local.sha256}), known) is IssuerKind.PUBLIC
    second = ISSUING.intermediate("Second Issuing CA")
    below = names_below_a_root(records(second, ISSUING, ROOT, second.intermediate("Third Issuing CA")))
    assert len(below) == 4, "however many CAs stand between"


def test_every_way_in_is_returned_with_its_verdict() -> None:
    device = mcu(
        services__https=True,
        ssl_certificates__client_certificate_security="Certificate-based authentication required",
        users=["alice:administrator"],
    )
    logins = [WebLogin(peer(name, certificate=certificate(name, key=6)), PASSWORD) for name in ("alice", "bob")]
    ways = administration(device, lambda _: logins).ways
    assert [(way.peer and way.peer.name, way.verdict.outcome.value) for way in ways] == [
        (None, "fail"), ("alice", "pass"), ("bob", "fail"),
    ]  # fmt: skip


def test_why_shows_every_name_that_was_compared(tmp_path: Path) -> None:
    export = CleanExport()
    # Without a product neither the route nor the standard of the peer is known.
    for key in ("expects", "product"):
        del export.peers["room"][key]
    audit = export.audit(tmp_path)
    steps = audit.why("leeds/mcu-1", "incoming_sip")
    compared = set(steps.loc[steps["step"] == "the peer accepts the name", "against"])
    assert compared == {"10.1.2.3", "mcu-1.example.com"}
