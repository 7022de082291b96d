"""Plans: the documented order, what comes before it, what is held back, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit import AddUser, MoveTime, RenewCertificates, ReplaceAuthority, ReplaceCertificate, SetSetting
from mcuaudit.variants.fleet_state import FleetState
from mcuaudit.variants.plans import order
from mcuaudit.variants.plans.actions import Action
from mcuaudit.variants.plans.order import state_after
from mcuaudit.variants.plans.plan import Plan, plan
from mcuaudit.writers.plan import plan_json, plan_lines, plan_markdown
from tests.authority import FAR_AHEAD
from tests.clean_export import DEVICE, ELSEWHERE, CleanExport, certificate, chain
from tests.proofs.safe_orders import NEW_NAME, trunk_export

REQUIRED = SetSetting("Client certificate security", "Certificate-based authentication required")
VERIFIED = SetSetting("Verification settings", "Outgoing and incoming calls")


def _export(**ssl: object) -> CleanExport:
    export = CleanExport()
    export.settings["ssl_certificates"].update(ssl)
    return export


def _phases(found: Plan) -> list[tuple[str, str]]:
    return list(zip(found.steps["phase"], found.steps["value"].fillna(""), strict=True))


def test_required_comes_last_after_a_lesser_mode_and_http_is_closed_between(tmp_path: Path) -> None:
    export = _export(client_certificate_security="Not required", ocsp={"enabled": False})
    export.settings["services"]["http"] = False
    export.settings["security"]["redirect_http_to_https"] = True
    found = plan(export.predicted(tmp_path), REQUIRED)
    assert _phases(found) == [
        ("reach", "false"), ("reach", "true"), ("lesser_mode", "Certificate-based authentication allowed"),
        ("close", "true"), ("close", "false"), ("required", "Certificate-based authentication required"),
    ]  # fmt: skip
    assert found.is_safe
    assert (found.steps["login"] == "pass").all()
    assert found.steps["origin"].tolist()[-1] == "target"


def test_ocsp_is_switched_on_under_a_lesser_mode(tmp_path: Path) -> None:
    export = _export(client_certificate_security="Certificate-based authentication required")
    export.settings["ssl_certificates"]["ocsp"]["enabled"] = False
    found = plan(export.predicted(tmp_path), SetSetting("ssl_certificates.ocsp.enabled", True))
    assert [phase for phase, _ in _phases(found) if phase not in ("reach", "close")] == [
        "lesser_mode", "ocsp", "required",
    ]  # fmt: skip
    assert found.steps["origin"].tolist()[-1] == "restoring"


def test_a_ca_is_installed_before_calls_are_verified(tmp_path: Path) -> None:
    export = _export(verification_settings="No verification")
    export.files[f"{DEVICE}/sip-trust-store.pem"] = chain(ELSEWHERE)
    found = plan(export.predicted(tmp_path), VERIFIED)
    assert [phase for phase, _ in _phases(found)] == ["install", "verify"]
    assert found.is_safe
    assert "Example Root CA" in found.steps["instruction"][0]


def test_a_step_that_breaks_a_connection_names_it(tmp_path: Path) -> None:
    export = _export(verification_settings="No verification")
    export.files["peers/room.pem"] = chain(certificate("other", ELSEWHERE, 5, san=["DNS:other.example.com"]))
    found = plan(export.predicted(tmp_path), VERIFIED)
    assert not found.is_safe
    assert found.steps["breaks"].tolist() == [2]
    assert found.steps["cause_of_worse"].tolist() == ["target"]
    assert "room" in found.steps["reason"][0]


def test_a_state_of_the_fleet_that_is_needed_again_is_evaluated_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = _export(verification_settings="No verification", client_certificate_security="Not required")
    export.settings["services"]["http"] = False
    audit, evaluated = export.predicted(tmp_path), []

    def counted(base: FleetState, actions: Sequence[Action]) -> FleetState:
        evaluated.append(tuple(one.number for one in actions))
        return state_after(base, actions)

    monkeypatch.setattr(order, "state_after", counted)
    found = plan(audit, [REQUIRED, VERIFIED])
    assert len(evaluated) == 1
    monkeypatch.setattr(order.FinalStates, "after", lambda states, actions: counted(states.base, list(actions)))
    again = plan(audit, [REQUIRED, VERIFIED])
    assert len(evaluated) > 4
    assert again.steps.equals(found.steps)


def test_a_step_that_locks_administrators_out_is_held_back(tmp_path: Path) -> None:
    export = _export(client_certificate_security="Not required")
    export.files["peers/alice.pem"] = chain(certificate("nobody", ELSEWHERE, 6))
    found = plan(export.predicted(tmp_path), REQUIRED)
    assert not found.is_safe
    last = found.steps.iloc[-1]
    assert (last["state"], last["phase"], last["login"]) == ("held_back", "required", "fail")
    assert found.planned == ()
    assert last["reason"]


def test_no_safe_order_is_named_as_such(tmp_path: Path) -> None:
    """The trunk gets a new name, and a new certificate without the former one: either one alone is too early."""
    found = plan(trunk_export().predicted(tmp_path), NEW_NAME)
    assert found.steps["cause_of_worse"].dropna().tolist() == ["order"]
    assert len(found.planned) == 2
    assert not found.is_safe
    assert "no order avoids it" in plan_markdown(found, "fleet")


def test_a_new_ca_reaches_every_store_before_it_is_used_and_the_old_one_leaves_last(tmp_path: Path) -> None:
    found = plan(CleanExport().predicted(tmp_path), ReplaceAuthority("Example Root CA", chain(ELSEWHERE)))
    phases = [phase for phase, _ in _phases(found)]
    assert phases == sorted(phases, key=["install", "certificates", "remove"].index)
    assert {"install", "certificates", "remove"} == set(phases)
    assert found.is_safe, found.steps[["instruction", "reason"]].to_string()


def test_certificates_that_end_are_replaced_by_the_same_ca(tmp_path: Path) -> None:
    found = plan(CleanExport().predicted(tmp_path), RenewCertificates(FAR_AHEAD, DEVICE))
    assert set(found.steps["phase"]) <= {"certificates"}
    assert all(isinstance(action.change, ReplaceCertificate) for action in found.actions) or found.remarks


def test_a_target_that_is_reached_needs_no_step(tmp_path: Path) -> None:
    found = plan(CleanExport().predicted(tmp_path), VERIFIED)
    assert found.is_reached
    assert found.is_safe
    assert "nothing to do" in plan_markdown(found, "fleet")


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (SetSetting("Verification settings", "Outgoing calls"), "Outgoing calls only"),
        (SetSetting("Verification settings", "No verification", "oslo/*"), 'No device is called "oslo/\\*"'),
        ([VERIFIED, SetSetting("Verification settings", "No verification")], "contradict"),
        (MoveTime("2027-01-01"), "not a step of a plan"),
        (ReplaceAuthority("No such CA", chain(ELSEWHERE)), "No certificate there is called"),
        (ReplaceAuthority("Example Root CA", "no-such.pem"), "not a file, and not a CA"),
        ([], "There is no target"),
        ("nothing", "str is not a target"),
    ],
)
def test_what_cannot_be_planned_is_refused(target: object, said: str, tmp_path: Path) -> None:
    audit = CleanExport().predicted(tmp_path)
    with pytest.raises(mcuaudit.UsageError, match=said):
        plan(audit, target)  # type: ignore[arg-type]


def test_a_value_that_the_software_does_not_have_is_refused(tmp_path: Path) -> None:
    export = _export(verification_settings="No verification")
    export.settings["device"]["software_version"] = "4.3(2.30)"
    with pytest.raises(mcuaudit.UsageError, match=r"before 4\.4"):
        plan(export.predicted(tmp_path), VERIFIED)


def test_json_markdown_and_lines_have_every_step(tmp_path: Path) -> None:
    audit = _export(client_certificate_security="Not required").predicted(tmp_path)
    found = plan(audit, [REQUIRED, AddUser("*bold*<i>")])
    values = json.loads(plan_json(found, "fleet"))
    assert [step["step"] for step in values["steps"]] == found.steps["step"].tolist()
    text = plan_markdown(found, "fleet")
    assert text.count("- [ ]") == len(found.planned)
    assert "\\*bold\\*\\<i\\>" in text
    assert any("*bold*<i>" in line for line in plan_lines(found))
