"""A sample of the proof that no part of an audit contradicts another, and faults that each of its claims reports."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import pandas as pd
import pytest

import mcuaudit
from mcuaudit import Audit
from mcuaudit.domain.cause import Cause, CauseKind
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.domain.verdict import Verdict
from mcuaudit.predict.prediction import Prediction, predict_fleet
from mcuaudit.rules import registered_rules
from tests.authority import NOW, rsa_key
from tests.clean_export import DEVICE, ISSUING, ROOT, CleanExport, certificate, chain
from tests.predict.situations import another, security
from tests.proofs.consistency.claims import contradictions_of_rules
from tests.proofs.consistency.claims_of_rules import CLAIMS, GETS_IN, NO_CLAIM, NOBODY_GETS_IN
from tests.proofs.consistency.facts import Facts
from tests.proofs.consistency.fleets import add, audited
from tests.proofs.consistency.values import DECIDING, NOT_DECIDING, Judged, compare_setting, judged
from tests.proofs.contradictions import (
    SAMPLE,
    administration_agrees_with_users,
    counts_agree,
    prove,
    rules_agree_with_connections,
)
from tests.rules.breakages import FAILS, OPENS
from tests.rules.breakages.base import Break, all_of, file, intact, setting

PASS: Final = Verdict(Outcome.PASS, "accepted")
SIP_STORE: Final = f"{DEVICE}/sip-trust-store.pem"


def test_no_part_of_an_audit_contradicts_another(score: Callable[[str], None]) -> None:
    counts = prove(1, range(SAMPLE))
    # This one has a rule with claims that the others have not; adding counters would lose what was counted 0 times.
    counts.update(prove(1, range(18, 19)))
    assert counts["fleets"] == SAMPLE + 1
    claimed = {name for name in counts if name.startswith("claims of ")}
    assert len(claimed) > 20
    for word in ("compared: pass", "compared: open", "compared: fail"):
        assert counts[word] > 60
    for word in ("administration: pass", "administration: open", "administration: fail"):
        assert counts[word] > 0
    score(
        f"contradictions: {counts['fleets']} fleets, {counts['connections']} connections, "
        f"{counts['evaluations']:,} evaluations, {len(claimed)} rules with claims, "
        f"{counts['compared']:,} outcomes under every value of a setting"
    )


def _read(breakage: Break, directory: Path) -> tuple[Facts, Prediction]:
    export = CleanExport()
    breakage(export)
    fleet = mcuaudit.read_export(export.write(directory))
    return Facts(mcuaudit.audit(fleet, at=NOW), "a fault"), predict_fleet(fleet, NOW)


class TestRules:
    def test_each_rule_has_a_claim_or_a_reason_why_it_has_none(self) -> None:
        every = {code for code in registered_rules() if code.startswith("MCU")}
        new, gone = every - {*CLAIMS, *NO_CLAIM}, {*CLAIMS, *NO_CLAIM} - every
        where = "CLAIMS or NO_CLAIM of tests/proofs/consistency/claims_of_rules.py"
        assert not new, f"say what {sorted(new)} claim of connections, or why nothing, in {where}"
        assert not gone, f"remove {sorted(gone)} from {where}"
        assert not {*CLAIMS} & {*NO_CLAIM}
        assert all(reason.endswith(".") for reason in NO_CLAIM.values())
        assert {*GETS_IN, *NOBODY_GETS_IN} <= {*registered_rules()}

    def test_each_claim_is_compared_with_connections_and_contradicted_by_others(self, broken: Audit) -> None:
        facts, contrary = Facts(broken, "as it is"), Facts(_contrary(broken), "the contrary")
        for code in CLAIMS:
            claims = {code: CLAIMS[code]}
            if code in UNUSED:
                # No connection has a path through a CA that none needs.
                assert contradictions_of_rules(facts, claims) == {code: 0}
                continue
            assert contradictions_of_rules(facts, claims)[code] > 0, code
            with pytest.raises(AssertionError, match=f"{code} is (fail|open|pass)"):
                contradictions_of_rules(contrary, claims)

    def test_a_store_that_is_empty_and_trusts_is_reported(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("mcuaudit.predict.mcu_side.empty_store", lambda store: PASS)
        facts, _ = _read(FAILS["MCU301"], tmp_path)
        with pytest.raises(AssertionError, match=r"MCU301 is fail .* refused; but .* room is pass"):
            rules_agree_with_connections(facts)

    def test_strangers_who_get_in_where_nobody_does_are_reported(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("mcuaudit.rules.views.logins.never_answered", lambda views: frozenset())
        facts, _ = _read(all_of(FAILS["MCU419"], FAILS["MCU421"]), tmp_path)
        with pytest.raises(AssertionError, match="MCU421 says that somebody gets in, MCU419 that nobody does"):
            rules_agree_with_connections(facts)


UNUSED: Final = ("MCU313",)
_OLD: Final = ROOT.intermediate("Example Issuing CA", key=rsa_key(2), not_after=NOW - timedelta(days=1))
_COMING: Final = ROOT.intermediate("Example Issuing CA", key=rsa_key(2), not_before=NOW + timedelta(days=1))
_NO_SIGNER: Final = ROOT.intermediate("Example Issuing CA", key=rsa_key(2), key_usage=["digital_signature"])
_ROOM_ALONE: Final = file("peers/room.pem", chain(certificate("room", key=5, san=["DNS:10.1.2.200"])))
_MORE: Final[dict[str, Break]] = {
    "MCU211": all_of(OPENS["MCU211"], security("Certificate-based authentication required")),
    "MCU303": all_of(_ROOM_ALONE, file(SIP_STORE, chain(ROOT, _OLD))),
    "MCU306": all_of(_ROOM_ALONE, file(SIP_STORE, chain(ROOT, _NO_SIGNER))),
    "MCU314": all_of(_ROOM_ALONE, file(SIP_STORE, chain(ROOT, _COMING))),
}
"""What breaks a rule so that its claim is about a connection, where another break of it is about none."""


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    """A fleet that has for each claim a device of which the rule fails or is open."""
    root = tmp_path_factory.mktemp("broken") / "export"
    for code in CLAIMS:
        found = {"fails": FAILS.get(code), "opens": OPENS.get(code), "more": _MORE.get(code)}
        for name, breakage in found.items():
            if breakage:
                export = CleanExport()
                breakage(export)
                add(export, f"leeds/{code.lower()}-{name}", root)
    return mcuaudit.audit(mcuaudit.read_export(root), at=NOW)


def _contrary(audit: Audit) -> Audit:
    """The audit with connections and administrations of which nothing is as the rules say."""
    other = {"pass": "fail", "open": "pass", "fail": "pass", "notApplicable": "pass"}
    sides = ("mcu_trust", "peer_trust", "peer_identity", "peer_purpose")
    outcome = audit.connections["outcome"].astype(str).map(other)
    connections = audit.connections.assign(
        outcome=outcome, authenticated="both", mcu_outcome="fail", peer_outcome="pass", **dict.fromkeys(sides, "pass")
    )
    ways = audit.administration["outcome"].astype(str).map(other)
    return replace(audit, connections=connections, administration=audit.administration.assign(outcome=ways))


class TestLogins:
    def test_a_way_in_by_a_user_who_is_refused_is_reported(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("mcuaudit.predict.ways._accepted", lambda item: PASS)
        with pytest.raises(AssertionError, match=r"administration is pass.*; but leeds/mcu-1 web_user alice is fail"):
            administration_agrees_with_users(*_read(FAILS["MCU503"], tmp_path))

    def test_an_end_that_is_not_that_of_the_last_way_is_reported(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("mcuaudit.predict.administration.max", min, raising=False)
        bob = chain(certificate("alice", key=9, not_after=NOW + timedelta(days=9)), ISSUING)
        two = all_of(another("alice", certificate="peers/bob.pem"), file("peers/bob.pem", bob))
        with pytest.raises(AssertionError, match="the last of its ways in ends"):
            administration_agrees_with_users(*_read(two, tmp_path))


class TestCounts:
    @pytest.mark.parametrize(
        ("fault", "said"),
        [
            ("mcuaudit.triage.findings._with_cause", "connections 7 of"),
            ("tests.proofs.consistency.counts.gaps", "no gap lists"),
            ("tests.proofs.consistency.counts.verdict_sentence", "will be accepted"),
        ],
    )
    def test_a_number_that_differs_is_reported(
        self, fault: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        faults = {
            "_with_cause": lambda found, connections: [7] * len(found),
            "gaps": lambda *arguments, **named: pd.DataFrame({"undetermined_connections": []}),
            "verdict_sentence": lambda *arguments: "All 9 connections will be accepted.",
        }
        monkeypatch.setattr(fault, faults[fault.rpartition(".")[2]])
        with pytest.raises(AssertionError, match=said):
            counts_agree(*_read(all_of(FAILS["MCU501"], OPENS["MCU503"]), tmp_path))

    def test_a_cause_that_is_not_what_is_fixed_is_reported(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("mcuaudit.predict.trust._store", lambda store: None)
        monkeypatch.setattr("mcuaudit.predict.mcu_side.empty_store", _fixed_elsewhere)
        with pytest.raises(AssertionError, match="differ; leeds/mcu-1 incoming_sip room is fail"):
            counts_agree(*_read(FAILS["MCU301"], tmp_path))


def _fixed_elsewhere(store: object) -> Verdict:
    cause = Cause(CauseKind.TRUST_STORE, ("sip_trust_store", DEVICE))
    place = Place(Slot.HTTPS_TRUST_STORE, DEVICE)
    return Verdict(Outcome.FAIL, "empty_store", "x", cause=cause, remedy=Remedy(RemedyKind.ADD_ISSUER, target=place))


class TestValues:
    def test_each_setting_decides_something_or_nothing(self) -> None:
        assert {*DECIDING, *NOT_DECIDING} == {*SETTING_BY_KEY}
        assert all(one.why for one in DECIDING.values() if one.assumed or not one.every)

    @pytest.mark.parametrize(
        ("fault", "key", "said"),
        [
            ("mcuaudit.predict.login.agreed", "ssl_certificates.client_certificate_security", "under each value"),
            ("mcuaudit.predict.mcu_side._if_verified", "ssl_certificates.verification_settings", "under its values"),
        ],
    )
    def test_what_holds_under_every_value_and_is_not_said_is_reported(
        self, fault: str, key: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fleet = _in_memory(FAILS["MCU501"], tmp_path)
        compare_setting(fleet, fleet.devices[DEVICE], key, "as it is")
        faults = {
            "agreed": lambda device, verdicts: None if verdicts[1:] else verdicts[0],
            "_if_verified": lambda verdict, *rest: verdict,
        }
        monkeypatch.setattr(fault, faults[fault.rpartition(".")[2]])
        with pytest.raises(AssertionError, match=f"without {key}: .*{said}"):
            compare_setting(fleet, fleet.devices[DEVICE], key, "a fault")

    def test_what_cannot_be_read_and_counts_as_absent_is_reported(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fleet = _in_memory(intact, tmp_path)
        compare_setting(fleet, fleet.devices[DEVICE], "device.features", "as it is")
        monkeypatch.setattr("mcuaudit.devices.services.doubt", lambda device, *keys: None)
        with pytest.raises(AssertionError, match=r"with a damaged device\.features: .* is pass, and under its values"):
            compare_setting(fleet, fleet.devices[DEVICE], "device.features", "a fault")

    def test_a_setting_that_decides_and_should_not_is_reported(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("mcuaudit.devices.private_key.PRIVATE_KEY", "device.serial")
        fleet = _in_memory(setting("device", serial="SM1"), tmp_path)
        with pytest.raises(AssertionError, match=r"device\.serial = 'CN=x' decides"):
            compare_setting(fleet, fleet.devices[DEVICE], "device.serial", "a fault")


def _in_memory(breakage: Break, directory: Path) -> Judged:
    export = CleanExport()
    breakage(export)
    return judged(mcuaudit.read_export(export.write(directory)))


def test_a_case_depends_on_its_number_alone() -> None:
    random.seed(5)
    first, second = audited(3, 17), audited(3, 17)
    assert first[1] == second[1]
    assert first[0].connections["outcome"].tolist() == second[0].connections["outcome"].tolist()
