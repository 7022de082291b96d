"""What `Audit.again` gives and takes, besides the frames; tests/proofs/evaluated_again.py compares these."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import mcuaudit
from mcuaudit.frames.schema import AUDIT_FRAMES
from mcuaudit.pipeline import made_of
from mcuaudit.rules.causes import from_view
from mcuaudit.rules.rule import _REGISTER, registering, rule, rules_so_far
from tests.authority import NOW

VERIFICATION = "ssl_certificates.verification_settings"


@pytest.fixture(scope="module")
def fleet() -> mcuaudit.Fleet:
    return mcuaudit.read_export(mcuaudit.sample_directory())


@pytest.fixture(scope="module")
def audit(fleet: mcuaudit.Fleet) -> mcuaudit.Audit:
    """Of that fleet; a test that changes a frame of it makes its own."""
    return mcuaudit.audit(fleet, at=NOW)


def changed(fleet: mcuaudit.Fleet, device: str, value: str = "No verification") -> mcuaudit.Fleet:
    settings = fleet.settings.copy()
    of_device = (settings["device_id"] == device) & (settings["setting"] == VERIFICATION)
    assert of_device.sum() == 1
    settings.loc[of_device, "value"] = value
    return replace(fleet, settings=settings)


def same(found: mcuaudit.Audit, expected: mcuaudit.Audit) -> None:
    for name in AUDIT_FRAMES:
        pd.testing.assert_frame_equal(getattr(found, name), getattr(expected, name))


DEVICE = "leeds/mcu-boardroom"


def test_what_a_user_changes_in_a_frame_is_not_gone_on_from(fleet: mcuaudit.Fleet) -> None:
    audit = mcuaudit.audit(fleet, at=NOW)
    audit.findings["owner"] = "me"
    audit.connections.loc[:, "reason"] = "none"
    audit.evaluations.loc[:, "message"] = "none"
    later = changed(fleet, DEVICE)
    same(audit.again(later), mcuaudit.audit(later, at=NOW))


def test_an_audit_can_be_sent_to_another_process(fleet: mcuaudit.Fleet, audit: mcuaudit.Audit) -> None:
    later = audit.again(changed(fleet, DEVICE))
    same(pickle.loads(pickle.dumps(later)), later)


def test_an_audit_that_was_loaded_says_what_to_use(
    fleet: mcuaudit.Fleet, audit: mcuaudit.Audit, tmp_path: Path
) -> None:
    loaded = mcuaudit.load(audit.save(tmp_path / "kept"))
    with pytest.raises(mcuaudit.UsageError, match=r"mcuaudit\.audit\(fleet, at"):
        loaded.again(fleet)


def test_after_some_steps_nothing_former_is_kept(
    fleet: mcuaudit.Fleet, audit: mcuaudit.Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(made_of, "MOST_STEPS", 2)
    steps = []
    for value in ("No verification", "Outgoing calls only", "No verification", "Outgoing calls only"):
        audit = audit.again(changed(fleet, DEVICE, value))
        steps.append(audit.basis.steps)  # type: ignore[union-attr]
    assert steps == [1, 2, 0, 1]
    same(audit, mcuaudit.audit(changed(fleet, DEVICE, "Outgoing calls only"), at=NOW))


def test_the_policy_is_that_of_the_fleet_unless_one_was_given(fleet: mcuaudit.Fleet, audit: mcuaudit.Audit) -> None:
    off = mcuaudit.Policy(rules={"MCU102": "off"})
    with_policy = replace(fleet, policy=off)
    assert "MCU102" not in audit.again(with_policy).rules
    assert "MCU102" not in mcuaudit.audit(fleet, at=NOW, policy=off).again(fleet).rules
    assert "MCU102" in audit.again(fleet).rules


def test_another_time_is_a_whole_audit(fleet: mcuaudit.Fleet, audit: mcuaudit.Audit) -> None:
    same(audit.again(fleet, at="2027-06-01"), mcuaudit.audit(fleet, at="2027-06-01"))


def test_a_frame_with_another_dtype_is_judged_as_it_is(fleet: mcuaudit.Fleet, audit: mcuaudit.Audit) -> None:
    later = replace(fleet, settings=fleet.settings.assign(source=fleet.settings["source"].astype("str")))
    same(audit.again(later), mcuaudit.audit(later, at=NOW))


def test_two_threads_may_go_on_from_one_audit(fleet: mcuaudit.Fleet, audit: mcuaudit.Audit) -> None:
    fleets = [changed(fleet, device) for device in fleet.devices["device_id"].tolist()[:3]]
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(audit.again, fleets))
    for again, later in zip(found, fleets, strict=True):
        same(again, mcuaudit.audit(later, at=NOW))


@pytest.fixture
def other_package() -> Iterator[None]:
    """A rule of another package, about files that devices share."""

    def acme_store_member(view: pd.DataFrame, context: object) -> pd.Series:
        """Fails for every certificate of a store."""
        return view["certificate"].notna()

    acme_store_member.__module__ = "acme_rules"
    before = rules_so_far()
    with registering("acme 1.0"):
        rule(
            code="ACME301", view="store_members", severity="note", source="ACME", section="1", grade="doc",
            message="{named} is in a store.", fix="Keep it.", cause=from_view("store_cause_id"), reference="{named}",
        )(acme_store_member)  # fmt: skip
    yield
    _REGISTER.clear()
    _REGISTER.update(before)


@pytest.mark.usefixtures("other_package")
def test_a_rule_of_another_package_keeps_its_findings_about_shared_files(fleet: mcuaudit.Fleet) -> None:
    later = changed(fleet, DEVICE)
    again = mcuaudit.audit(fleet, at=NOW).again(later)
    shared = again.evaluations[(again.evaluations["code"] == "ACME301") & again.evaluations["device_id"].isna()]
    assert len(shared) > 10
    assert (again.findings["code"] == "ACME301").sum() > len(shared)
    same(again, mcuaudit.audit(later, at=NOW))
