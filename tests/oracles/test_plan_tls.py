"""Real TLS before, after, and after each step of plans for the sample fleet: it is as the plan predicts.

Each step is done to the fleet, the fleet is audited anew, and every connection about which the audit says something of
trust has its handshake, with the certificates and stores of that state. A handshake with the same parties as one before
is not repeated: a step touches one device.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest

import mcuaudit
from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.settings import CLIENT_CERTIFICATE_SECURITY, VERIFICATION_SETTINGS
from mcuaudit.variants.plans.plan import Plan
from mcuaudit.variants.what_if import changed_audit
from tests.oracles.handshake import Party, Verdicts, handshake
from tests.oracles.sample_fleet import Cell, SampleFleet
from tests.oracles.test_fleet_tls import PASS, Comparison, difference, party

FAIL = "fail"
BOTH_WAYS, REQUIRED = "Outgoing and incoming calls", "Certificate-based authentication required"
VERIFIES = {
    "incoming_sip": (BOTH_WAYS,),
    "outgoing_sip": ("Outgoing calls only", BOTH_WAYS),
}
"""The values of Verification settings under which the MCU verifies a call, as Cisco's page has them."""


@dataclass
class Handshakes:
    """Every handshake once."""

    done: dict[object, Verdicts] = field(default_factory=dict)
    asked: int = 0

    def of(self, fleet: SampleFleet, cell: Cell) -> Verdicts:
        """What each side says of the other."""
        mcu, peer = party(fleet, presents=cell.peer, judges=cell.mcu), party(fleet, presents=cell.mcu, judges=cell.peer)
        server, client = (mcu, peer) if cell.mcu_role == "server" else (peer, mcu)
        self.asked += 1
        key = (_key(server), _key(client))
        if key not in self.done:
            self.done[key] = handshake(server, client, fleet.audit.at)
        return self.done[key]


def _key(one: Party) -> object:
    chain, store = ([member.certificate for member in members] for members in (one.chain, one.store))
    return one.certificate and one.certificate.certificate, tuple(chain), frozenset(store), one.flags, one.demands


@dataclass
class State:
    """The fleet after some steps, with what its parties said."""

    fleet: SampleFleet
    compared: list[Comparison]

    @property
    def refused(self) -> set[str]:
        """The connections that a side refused."""
        return {one.cell.connection_id for one in self.compared if one.answered != 0}

    @property
    def outcomes(self) -> dict[str, str]:
        """The predicted outcomes, by connection_id."""
        rows = self.fleet.audit.connections
        return dict(zip(rows["connection_id"], rows["outcome"].astype(str), strict=True))


@dataclass
class Walked:
    """The plan, and every state on the way: before it, and after each step."""

    target: str
    plan: Plan
    states: list[State]
    handshakes: Handshakes

    @property
    def steps(self) -> Iterator[tuple[dict[str, object], State, State]]:
        """The row of each step, the state before it, and that after it."""
        rows = self.plan.steps[self.plan.steps["state"] == "planned"].to_dict("records")
        return zip(rows, self.states, self.states[1:], strict=False)  # type: ignore[arg-type]


def _state(fleet: SampleFleet, handshakes: Handshakes) -> State:
    compared = []
    for cell in fleet.cells():
        verdicts = handshakes.of(fleet, cell)
        said = verdicts.server_about_client, verdicts.client_about_server
        by_mcu, by_peer = said if cell.mcu_role == "server" else said[::-1]
        compared += [
            Comparison(cell, side, answered)
            for side, answered in ((cell.mcu, by_mcu), (cell.peer, by_peer))
            if side.verifies and not side.not_askable
        ]
    return State(fleet, compared)


def _capable(audit: mcuaudit.Audit) -> tuple[str, ...]:
    """The devices whose software has the settings."""
    rows = audit.devices
    return tuple(rows.loc[~rows["software_version"].str.startswith("4.3"), "device_id"])


TARGETS: dict[str, Sequence[tuple[str, str]]] = {
    "calls": [(VERIFICATION_SETTINGS, BOTH_WAYS)],
    "calls and logins": [(VERIFICATION_SETTINGS, BOTH_WAYS), (CLIENT_CERTIFICATE_SECURITY, REQUIRED)],
}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleFleet:
    return SampleFleet(tmp_path_factory.mktemp("sample") / "fleet")


RENEWED, LOCKED = ("leeds/mcu-boardroom", "leeds/mcu-court"), "leeds/mcu-training"
"""The devices that get another certificate, and the one on which certificates for logins cannot be required."""
NEW_AND_HELD = "new certificates, and a step that is held back"


def _targets(name: str, sample: SampleFleet) -> list[mcuaudit.Change]:
    if name == NEW_AND_HELD:
        new = [mcuaudit.ReplaceCertificate(sample.renewed(one, 960 + n), one) for n, one in enumerate(RENEWED)]
        return [*new, mcuaudit.SetSetting(CLIENT_CERTIFICATE_SECURITY, REQUIRED, (RENEWED[1], LOCKED))]
    devices = _capable(sample.audit)
    return [mcuaudit.SetSetting(key, value, devices) for key, value in TARGETS[name]]


@pytest.fixture(
    scope="module", params=["calls", NEW_AND_HELD, pytest.param("calls and logins", marks=pytest.mark.whole)]
)
def walked(request: pytest.FixtureRequest, sample: SampleFleet) -> Walked:
    """Each step done to the fleet, one after the other."""
    plan = sample.audit.plan(_targets(request.param, sample))
    handshakes, audit = Handshakes(), sample.audit
    states = [_state(sample, handshakes)]
    for action in plan.planned:
        audit, _ = changed_audit(audit, [action.change])
        states.append(_state(sample.after(audit), handshakes))
    return Walked(request.param, plan, states, handshakes)


def test_every_state_is_as_real_tls_has_it(walked: Walked, score: Callable[[str], None]) -> None:
    differences = [difference(one) for state in walked.states for one in state.compared]
    verdicts = sum(len(state.compared) for state in walked.states)
    score(
        f"real TLS, steps of plans: {len(walked.states)} states, {verdicts} verdicts, {walked.handshakes.asked} "
        f"connections in {len(walked.handshakes.done)} different handshakes, differences {sum(map(bool, differences))}"
    )
    assert [one for one in differences if one] == []
    assert len(walked.states) == len(walked.plan.planned) + 1 > 3


def test_what_the_plan_says_of_each_step_is_what_tls_does(walked: Walked) -> None:
    for row, before, after in walked.steps:
        breaks = set(split_names(str(row["breaking_connections"])))
        works = {name for name, outcome in before.outcomes.items() if outcome == PASS}
        assert sum(outcome == PASS for outcome in after.outcomes.values()) == row["accepted"]
        # What worked and goes on working was refused by nobody, before or after.
        for name in works - breaks - set(split_names(str(row["undetermined_connections"]))):
            assert name not in before.refused | after.refused, (row["step"], name)
        for name in breaks & set(after.outcomes):
            assert after.outcomes[name] == FAIL, (row["step"], name)


def test_a_step_changes_only_what_it_says(walked: Walked) -> None:
    """By the rows of the plan alone: the stores, and for calls whether the MCU verifies."""
    for row, before, after in walked.steps:
        device, slot = str(row["device_id"]), row["slot"]
        for name in before.fleet.audit.devices["device_id"]:
            for store in ("sip_trust_store", "https_trust_store"):
                added = set(str(row["certificates"]).split()) if (name, store) == (device, slot) else set()
                assert after.fleet.store(name, store) == before.fleet.store(name, store) | added
        if row["setting"] == VERIFICATION_SETTINGS:
            for kind, values in VERIFIES.items():
                start = f"{device} {kind} "
                sides = [one.cell.mcu for one in after.compared if one.cell.connection_id.startswith(start)]
                assert sides
                assert {side.verifies for side in sides} == {row["value"] in values}, (row["step"], kind)


def test_without_the_step_before_it_tls_refuses_what_the_plan_keeps(walked: Walked) -> None:
    """A CA that a later step needs: in the last state without it, a connection is refused that the plan keeps."""
    rows = walked.plan.steps
    needed = rows[(rows["origin"] == "enabling") & (rows["phase"] == "install") & (rows["state"] == "planned")]
    assert len(needed) or walked.target == NEW_AND_HELD
    for step in needed["step"]:
        kept = [action.change for place, action in enumerate(walked.plan.planned, start=1) if place != step]
        # Of a setting that is set twice, the later value.
        last = {(str(one.devices), getattr(one, "setting", place)): one for place, one in enumerate(kept)}
        audit, _ = changed_audit(walked.states[0].fleet.audit, last.values())
        without = _state(walked.states[0].fleet.after(audit), walked.handshakes)
        assert without.refused - walked.states[-1].refused, step
        assert [one for one in map(difference, without.compared) if one] == []


def test_new_certificates_are_used_and_what_is_held_back_would_lock_out(walked: Walked) -> None:
    if walked.target != NEW_AND_HELD:
        return
    held = walked.plan.steps[walked.plan.steps["state"] == "held_back"]
    last = walked.states[-1]
    rows = last.fleet.audit.devices.set_index("device_id")
    before = walked.states[0].fleet.audit.devices.set_index("device_id")
    for name in RENEWED:
        presented = str(rows.loc[name, "local_certificate"])
        assert presented != before.loc[name, "local_certificate"]
        shaken = [one for one in last.compared if name in one.cell.connection_id and one.side.presents == presented]
        assert [one for one in shaken if one.answered == 0]
    # The steps that are held back, done anyway.
    assert set(held["device_id"]) == {LOCKED}
    audit, _ = changed_audit(last.fleet.audit, [mcuaudit.SetSetting(CLIENT_CERTIFICATE_SECURITY, REQUIRED, LOCKED)])
    after = _state(last.fleet.after(audit), walked.handshakes)
    assert [one for one in map(difference, after.compared) if one] == []
    logins = audit.administration.set_index("device_id")["outcome"].astype(str)
    assert logins[LOCKED] == FAIL != last.fleet.audit.administration.set_index("device_id")["outcome"][LOCKED]
    # No administrator can log in as the MCU refuses the OCSP server, which TLS does too.
    assert [name for name in after.refused if name.startswith(f"{LOCKED} ocsp")]
