"""What differs between two fleets: some devices, or something that decides about all of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit.pkix.names import canonical_name
from mcuaudit.rules.difference import Difference, difference
from tests.clean_export import DEVICE, ELSEWHERE, ISSUING, ROOT, CleanExport, certificate, chain
from tests.proofs.evaluated_again import WRITTEN

OTHER = "oslo/mcu-9"
NOTHING = Difference(*[frozenset()] * 5)


def fleet_of(export: CleanExport, root: Path) -> mcuaudit.Fleet:
    """The fleet of an export and of a second device like its own at another site."""
    export.write(root)
    for path in sorted((root / DEVICE).rglob("*")):
        copy = root / OTHER / path.relative_to(root / DEVICE)
        if path.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    for path in root.rglob("*"):
        os.utime(path, (WRITTEN, WRITTEN))
    return mcuaudit.read_export(root)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> mcuaudit.Fleet:
    return fleet_of(CleanExport(), tmp_path_factory.mktemp("before"))


def test_an_export_that_is_read_again_does_not_differ(before: mcuaudit.Fleet, tmp_path: Path) -> None:
    assert difference(before, fleet_of(CleanExport(), tmp_path)) == NOTHING
    assert difference(before, before) == NOTHING


def test_a_setting_concerns_its_device_and_those_with_its_key(before: mcuaudit.Fleet) -> None:
    settings = before.settings.copy()
    settings.loc[settings.index[settings["device_id"] == OTHER][0], "value"] = "another"
    found = difference(before, replace(before, settings=settings))
    assert found is not None
    assert found.devices == found.of_sites == {OTHER}
    # Both have the certificate of the clean export.
    assert found.with_same_key == {DEVICE, OTHER}
    assert found.files == {f"{OTHER}/sip-trust-store.pem", f"{OTHER}/https-trust-store.pem"}


Change = Callable[[CleanExport], object]


def new_authority(export: CleanExport) -> None:
    export.files[f"{DEVICE}/sip-trust-store.pem"] = chain(ROOT, ISSUING, ELSEWHERE)


def named_like_an_issuer(export: CleanExport) -> None:
    """No CA, but paths that go by names alone lead through it."""
    found = certificate("Example Issuing CA", ELSEWHERE)
    assert canonical_name(found.record.subject) == canonical_name(ISSUING.record.subject)
    assert not found.record.may_be_ca
    export.files[f"{DEVICE}/local-certificate.pem"] = chain(found, ISSUING)


def another_certificate(export: CleanExport) -> None:
    """No CA either, and with a name of its own."""
    export.files[f"{DEVICE}/local-certificate.pem"] = chain(certificate("mcu", ELSEWHERE), ISSUING)


def time_zone(export: CleanExport) -> None:
    export.files["leeds/site.toml"] = b'time_zone = "Europe/London"\n'


@pytest.mark.parametrize("change", [new_authority, named_like_an_issuer, time_zone])
def test_what_decides_about_all_devices_is_no_difference_of_some(
    change: Change, before: mcuaudit.Fleet, tmp_path: Path
) -> None:
    export = CleanExport()
    change(export)
    changed = fleet_of(export, tmp_path)
    assert difference(before, changed) is None
    assert difference(changed, before) is None


def test_a_certificate_that_nothing_is_below_concerns_its_device(before: mcuaudit.Fleet, tmp_path: Path) -> None:
    export = CleanExport()
    another_certificate(export)
    found = difference(before, fleet_of(export, tmp_path))
    assert found is not None
    assert found.devices == {DEVICE, OTHER}


def test_another_revocation_list_decides_about_all_devices(before: mcuaudit.Fleet) -> None:
    lists = before.revocation_lists
    assert difference(before, replace(before, revocation_lists=lists.reindex(range(len(lists) + 1)))) is None


def test_another_statement_about_a_certificate_of_both_decides_about_all_devices(before: mcuaudit.Fleet) -> None:
    certificates = before.certificates.copy()
    certificates.loc[0, "key_size"] = 512
    assert difference(before, replace(before, certificates=certificates)) is None
