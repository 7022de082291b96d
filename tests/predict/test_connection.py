"""One connection of both sides' verdicts: outcome, who verified whom, its causes, its end and its row."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mcuaudit.devices.peer import Peer
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.cause import Cause, CauseKind
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.slots import Place
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import NOT_APPLICABLE, Verdict, missing
from mcuaudit.predict.connection import (
    Connection,
    advice_columns,
    authenticated,
    connection_row,
    fails_on,
    first_end,
    further_causes,
    judge,
    readings,
    verdict_of,
)
from mcuaudit.predict.exchanges import Exchange
from mcuaudit.predict.mcu_side import McuSide
from mcuaudit.predict.peer_side import PeerSide
from mcuaudit.predict.revocation import RevokedCertificate
from tests.authority import NOW
from tests.clean_export import ROOT, certificate
from tests.devices.build import DEVICE_ID, context, mcu, peer

FAIL, OPEN, PASS = Outcome.FAIL, Outcome.OPEN, Outcome.PASS
YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.OPEN
IN, OUT = ConnectionType.INCOMING_SIP, ConnectionType.OUTGOING_SIP


def good(code: str = "good", *readings_: str, until: datetime | None = None) -> Verdict:
    return Verdict(PASS, code, readings=readings_, valid_until=until)


def bad(code: str = "bad", *readings_: str, outcome: Outcome = FAIL) -> Verdict:
    return Verdict(outcome, code, f"{code}.", readings_, cause=Cause(CauseKind.FILE, (code,)))


EXISTS = good("exists")


def sides(
    mcu_: McuSide,
    peer_: PeerSide,
    kind: ConnectionType = OUT,
    exists: Verdict = EXISTS,
    **facts: Any,
) -> Connection:
    return Connection(mcu(), Exchange(CONNECTION_TABLE[kind], peer("room", **facts), exists), mcu_, peer_)


def by(verifies: Answer, trust: Verdict = NOT_APPLICABLE, **more: Verdict) -> McuSide:
    return McuSide(verifies, trust=trust, **more)


def of(verifies: Answer, trust: Verdict = NOT_APPLICABLE, **more: Verdict) -> PeerSide:
    return PeerSide(verifies, Standard.MCU, trust, **more)


@pytest.mark.parametrize(
    ("mcu_", "peer_", "expected"),
    [
        (by(YES, good()), of(YES, good()), "both"),
        (by(YES, good()), of(YES), "mcu_only"),
        (by(YES), of(YES, good()), "peer_only"),
        (by(NO, good()), of(NO, good()), "neither"),
        (by(YES, bad()), of(YES, good()), "peer_only"),
        (by(YES, good(), identity=bad()), of(YES, bad()), "neither"),
        (by(UNKNOWN, good()), of(YES, good()), "open"),
        (by(YES, good()), of(UNKNOWN, good()), "open"),
        (by(YES, bad(outcome=OPEN)), of(YES, bad()), "open"),
        (by(YES, good(), login=bad()), of(YES, good()), "both"),
        (by(NO, bad(outcome=OPEN)), of(NO, bad(outcome=OPEN)), "neither"),
    ],
)
def test_who_has_verified_the_other(mcu_: McuSide, peer_: PeerSide, expected: str) -> None:
    assert authenticated(sides(mcu_, peer_)) == expected
    assert authenticated(sides(mcu_, peer_, exists=NOT_APPLICABLE)) == "neither"
    assert authenticated(sides(mcu_, peer_, exists=bad(outcome=OPEN))) == "open"
    final = verdict_of(sides(mcu_, peer_))
    if final.outcome is PASS:
        assert final.reason_code == "accepted"
        assert final.reason
    assert verdict_of(sides(mcu_, peer_, exists=NOT_APPLICABLE)) is NOT_APPLICABLE


def test_the_worst_check_decides_and_of_equals_the_first() -> None:
    first, second, undecided = bad("first"), bad("second"), bad("undecided", outcome=OPEN)
    assert verdict_of(sides(by(YES, undecided, login=first), of(YES, second))) is first
    assert verdict_of(sides(by(YES, undecided), of(YES, good()))) is undecided
    assert verdict_of(sides(by(NO), of(NO))).outcome is PASS
    # Of a call between two MCUs that of the caller comes first.
    both = (by(YES, first), of(YES, second))
    assert verdict_of(sides(*both, IN)) is first
    assert verdict_of(sides(*both, IN, peer_device="oslo/b")) is second
    assert verdict_of(sides(*both, OUT, peer_device="oslo/b")) is first


def test_readings_and_causes_are_counted_once() -> None:
    one = sides(by(YES, bad("a", "A1"), identity=bad("b", "A2", outcome=OPEN)), of(YES, bad("c", "A3", "A1")))
    final = verdict_of(one)
    assert readings(one, final) == ("A1", "A3")
    assert further_causes(one, final) == 2
    assert readings(one, replace(final, outcome=OPEN, readings=("A9",))) == ("A9", "A2")
    alone = sides(by(YES, bad("a"), identity=good()), of(YES, bad("a")))
    assert further_causes(alone, verdict_of(alone)) == 0


def test_it_fails_a_second_after_the_first_end() -> None:
    soon, later = NOW + timedelta(days=1), NOW + timedelta(days=2)
    one = sides(by(YES, good(until=later)), of(YES, good(until=soon), purpose=bad(outcome=OPEN)))
    assert first_end(one) == soon + timedelta(seconds=1)
    assert fails_on(one, good()) == soon + timedelta(seconds=1)
    assert fails_on(one, bad()) is None
    assert first_end(sides(by(YES, good()), of(YES, good()))) is None
    last = datetime.max.replace(tzinfo=UTC)
    assert first_end(sides(by(YES, good(until=last)), of(NO))) == last


def test_advice_is_data_and_words() -> None:
    assert advice_columns(good()) == {"remedy": "", "remedy_id": None, "cause": "", "cause_id": None}
    found = missing("settings.toml [sip] x", "Why.")
    assert found.cause is not None
    assert found.remedy is not None
    advice = advice_columns(found)
    assert (advice["cause_id"], advice["remedy_id"]) == (found.cause.cause_id, found.remedy.remedy_id)
    assert advice["cause"]
    assert advice["remedy"]


def test_the_row_of_a_connection() -> None:
    room = peer("room", certificate=certificate("room", key=5), connections=("outgoing_sip",), route="direct")
    device = mcu(local=certificate("mcu-1"), sip=(ROOT,), ssl_certificates__verification_settings="No verification")
    revoked = RevokedCertificate("x" * 64, NOW, "Room is revoked.")
    undecided = bad("login_open", "A2", outcome=OPEN)
    failed = replace(
        bad("trust_failed", "A1"), missing_evidence="f", remedy=Remedy(RemedyKind.REISSUE, (), Place(None, DEVICE_ID))
    )
    connection = Connection(
        device, Exchange(CONNECTION_TABLE[OUT], room, good("exists"), "https://x/"),
        McuSide(YES, ("a b", "c"), failed, good(), NOT_APPLICABLE, undecided, revoked),
        PeerSide(NO, Standard.VCS, NOT_APPLICABLE, good(), bad("p", outcome=OPEN)),
    )  # fmt: skip
    row = connection_row(connection)
    advice = {key: row.pop(key) for key in ("remedy", "remedy_id", "cause", "cause_id")}
    assert advice == advice_columns(failed)
    assert row == {
        "connection_id": f"{DEVICE_ID} outgoing_sip room https://x/", "site": "leeds", "device": "mcu-1",
        "device_id": DEVICE_ID, "peer": "room", "connection_type": OUT, "mcu_role": "client", "route": "direct",
        "reference": r"a\x20b c", "standard": Standard.VCS, "setting": "ssl_certificates.verification_settings",
        "setting_value": "No verification", "setting_source": "typed", "mcu_verifies_peer": YES, "mcu_trust": FAIL,
        "mcu_identity": PASS, "mcu_purpose": Outcome.NOT_APPLICABLE, "login": OPEN,
        "peer_trust": Outcome.NOT_APPLICABLE, "peer_identity": PASS, "peer_purpose": OPEN, "mcu_outcome": FAIL,
        "peer_outcome": OPEN, "outcome": FAIL, "authenticated": "neither", "reason_code": "trust_failed",
        "reason": "trust_failed.", "further_causes": 2, "readings": "A1", "missing_evidence": "f", "fails_on": None,
        "local_certificate": device.local_certificate and device.local_certificate.sha256,
        "peer_certificate": room.certificate and room.certificate.sha256,
        "trust_store": device.trust_stores[CONNECTION_TABLE[OUT].trust_store].key, "evidence_file": None,
        "revoked": "Room is revoked.", "revoked_on": NOW, "revoked_certificate": "x" * 64,
    }  # fmt: skip
    bare = connection_row(sides(by(YES, good()), of(YES, good())))
    assert bare["connection_id"] == f"{DEVICE_ID} outgoing_sip room"
    for key in ("local_certificate", "peer_certificate", "trust_store", "revoked", "revoked_on", "revoked_certificate",
                "missing_evidence", "evidence_file", "setting_value", "fails_on"):  # fmt: skip
        assert bare[key] is None
    setting = replace(device.setting("ssl_certificates.verification_settings"), file="f.toml")
    read = replace(connection, device=replace(device, settings={"ssl_certificates.verification_settings": setting}))
    assert connection_row(read)["evidence_file"] == "f.toml"


def test_only_a_call_between_mcus_is_asked_whether_it_exists_at_both_ends() -> None:
    off = mcu("oslo/b", services__sips_tcp=False, services__https=True)
    on = mcu(services__sips_tcp=True, services__https=True)
    for kind, expected in ((OUT, "service_off"), (IN, "service_off"), (ConnectionType.WEB_USER, "exists")):
        other = Peer("b", connections=(kind.value,), peer_device="oslo/b")
        exchange = Exchange(CONNECTION_TABLE[kind], other, good("exists"))
        found = judge(on, exchange, context(on, off), NOT_APPLICABLE)
        assert found.exchange.exists.reason_code == expected
        assert found.mcu.verifies is UNKNOWN
