"""`call_counts`: as many calls as a mesh lists, at a cost that does not grow with the pairs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import mcuaudit
from mcuaudit.devices.calls_between import as_peer
from mcuaudit.devices.device import Device
from mcuaudit.devices.records import devices_of
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.verdict import NOT_APPLICABLE
from mcuaudit.errors import UsageError
from mcuaudit.predict import call_counts, connection
from mcuaudit.predict.call_ends import SETTINGS, CallEnds
from mcuaudit.predict.connection import verdict_of
from mcuaudit.predict.context import fleet_context
from mcuaudit.predict.exchanges import Exchange
from mcuaudit.samples.made_fleet import make_fleet
from tests.authority import NOW, Authority, rsa_key
from tests.clean_export import DEVICE, ROOT, CleanExport, chain, toml


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The calls that are evaluated one by one, each by its device."""
    found: list[str] = []

    def noting(device: Any, *args: Any) -> Any:
        found.append(device.device_id)
        return connection.judge(device, *args)

    monkeypatch.setattr(call_counts, "judge", noting)
    return found


def test_few_calls_are_evaluated_and_no_more_in_a_larger_fleet_of_the_same_kinds(
    tmp_path: Path, evaluated: list[str]
) -> None:
    numbers = []
    for devices in (120, 240):
        make_fleet(tmp_path / str(devices), devices, 3, 1)
        fleet = mcuaudit.read_export(tmp_path / str(devices))
        evaluated.clear()
        counts = mcuaudit.call_counts(fleet, at=NOW)
        assert counts["calls"].sum() == 2 * devices * (devices - 1)
        assert (counts["calls"] > 0).all()
        numbers.append(len(evaluated))
    assert numbers[1] < numbers[0] * 1.5 < 1000
    size = devices // 3
    assert mcuaudit.call_counts(fleet, at=NOW, mesh="site")["calls"].sum() == 2 * 3 * size * (size - 1)


def test_stores_that_differ_in_what_no_mcu_depends_on_are_one(tmp_path: Path) -> None:
    """Each MCU trusts an endpoint of its own, too."""
    export = CleanExport()
    for number in range(2, 6):
        for name in ("local-certificate.pem", "settings.toml"):
            content = export.files.get(f"{DEVICE}/{name}", toml(export.settings).encode())
            export.files[f"leeds/mcu-{number}/{name}"] = content
        endpoint = Authority.root(f"Endpoint {number}", key=rsa_key(number))
        export.files[f"leeds/mcu-{number}/sip-trust-store.pem"] = chain(ROOT, endpoint)
    fleet = mcuaudit.read_export(export.write(tmp_path))
    devices = devices_of(fleet)
    ends = CallEnds(devices, fleet_context(devices, fleet.certificate_records.values(), NOW))
    assert len({ends.of(device) for device in devices if device.name != "mcu-1"}) == 1


def test_an_audit_that_does_not_know_what_could_not_be_read_is_refused() -> None:
    loaded = mcuaudit.load(Path(__file__).parents[1] / "frames" / "kept_audits" / "schema-8")
    with pytest.raises(UsageError, match="Count the calls of its export"):
        mcuaudit.call_counts(loaded.fleet, at=loaded.at)


def test_a_setting_that_a_call_depends_on_divides_the_mcus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the evaluation of a call reads is among the settings by which MCUs are divided, besides addresses."""
    export = CleanExport()
    export.files["leeds/mcu-2/settings.toml"] = toml(export.settings).encode()
    for name in ("local-certificate.pem", "sip-trust-store.pem"):
        export.files[f"leeds/mcu-2/{name}"] = export.files[f"leeds/mcu-1/{name}"]
    fleet = mcuaudit.read_export(export.write(tmp_path))
    context = fleet_context(devices := devices_of(fleet), fleet.certificate_records.values(), NOW)
    read: set[str] = set()
    setting = Device.setting
    monkeypatch.setattr(Device, "setting", lambda device, key: read.add(key) or setting(device, key))
    exchange = Exchange(CONNECTION_TABLE[ConnectionType.OUTGOING_SIP], as_peer(devices[1], {}))
    assert verdict_of(connection.judge(devices[0], exchange, context, NOT_APPLICABLE)).outcome is Outcome.PASS
    assert read == {*SETTINGS, "device.addresses"}


def test_what_it_cannot_count_is_refused(sample_audit: mcuaudit.Audit, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match='mesh is "all"; it is "fleet" or "site"'):
        mcuaudit.call_counts(sample_audit.fleet, at=NOW, mesh="all")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="redacted audit has no certificates"):
        mcuaudit.call_counts(sample_audit.redact(tmp_path / "key").fleet, at=NOW)
