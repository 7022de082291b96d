"""Faults that are put into the package on purpose: the second implementation of the law reports each of them."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from mcuaudit.devices import calls_between, versions
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.verdict import NOT_APPLICABLE, Verdict
from mcuaudit.pkix import checks
from mcuaudit.predict import (
    certificate_checks,
    connection,
    exchanges,
    login,
    mcu_side,
    of_device,
    peer_side,
    ways,
)
from tests.oracles.law.generated_fleet import generated
from tests.oracles.law_compared import compare, predicted

FLEETS = range(3)
DEVICES = 14
Fault = Callable[[pytest.MonkeyPatch], None]


def differences(directory: Path) -> list[str]:
    """Those of the first fleet that has some."""
    for case in FLEETS:
        place = directory / str(case)
        place.mkdir()
        found = compare(generated(random.Random(f"1 {case}"), DEVICES), place, predicted).differences
        if found:
            return found
    return []


def test_without_a_fault_there_is_no_difference(tmp_path: Path) -> None:
    assert differences(tmp_path) == []


def old_software_verifies(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("mcuaudit.devices.verification.can_verify", lambda device: Answer.YES)


def software_of_no_version_verifies(patch: pytest.MonkeyPatch) -> None:
    verifies = versions.verifies_certificates
    patch.setattr(versions, "verifies_certificates", lambda words: verifies(words) if words else True)


def undeclared_peers_are_never_refused(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        connection,
        "_with_any_peer",
        lambda device, exchange, fleet, ocsp: connection.Connection(
            device,
            exchange,
            mcu_side.mcu_side(device, exchange, fleet, ocsp),
            peer_side.peer_side(device, exchange, fleet),
        ),
    )


def a_server_of_any_port(patch: pytest.MonkeyPatch) -> None:
    place_of = exchanges.place_of

    def without_port(identifier: str) -> exchanges.ServerPlace | None:
        found = place_of(identifier)
        return found and exchanges.ServerPlace(found.host, found.name, 443)

    patch.setattr(exchanges, "place_of", without_port)


def everybody_administers(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ways, "any_administrator", lambda device: Verdict(Outcome.PASS))
    patch.setattr(ways, "as_administrator", lambda device, peer, level: Verdict(Outcome.PASS))


def no_ocsp_is_asked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(of_device, "ocsp_of_logins", lambda device, fleet: NOT_APPLICABLE)


def certificates_do_not_expire(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(checks, "validity_flaw", lambda certificate, at: None)


def limits_of_anchors_do_not_count(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(checks, "_limits", lambda flaws, anchor, use: iter(() if anchor else flaws))


def purposes_do_not_count(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(certificate_checks, "purpose_verdict", lambda *_: Verdict(Outcome.PASS))


def uris_are_no_names(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("mcuaudit.identity.presented._from_uri", lambda text: _nameless(text))


def _nameless(text: str) -> object:
    from mcuaudit.identity import presented

    return presented._from_name(presented.Field.URI, "nobody.invalid")


def each_end_looks_at_its_own_service(patch: pytest.MonkeyPatch) -> None:
    def own(device: object, other: object, peer: object, kind: object) -> Verdict:
        return calls_between._serves(device, kind)  # type: ignore[arg-type]

    patch.setattr("mcuaudit.predict.connection.call_exists", own)


def stores_of_farther_levels_are_lost(patch: pytest.MonkeyPatch) -> None:
    store = mcu_side.mcu_store

    def own(device: object, slot: object) -> object:
        found = store(device, slot)  # type: ignore[arg-type]
        file = getattr(getattr(found, "place", None), "file", "") or ""
        return found if file.count("/") > 1 or isinstance(found, Verdict) else Verdict(Outcome.OPEN, "missing_evidence")

    patch.setattr(mcu_side, "mcu_store", own)


def unknown_users_log_in(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(login, "_by_password", lambda device, peer: Verdict(Outcome.PASS))


def software_presents_whatever_is_ticked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(peer_side, "presents_perhaps_nothing", lambda device: None)


FAULTS: tuple[Fault, ...] = (
    old_software_verifies,
    software_of_no_version_verifies,
    undeclared_peers_are_never_refused,
    a_server_of_any_port,
    everybody_administers,
    no_ocsp_is_asked,
    certificates_do_not_expire,
    limits_of_anchors_do_not_count,
    purposes_do_not_count,
    uris_are_no_names,
    each_end_looks_at_its_own_service,
    stores_of_farther_levels_are_lost,
    unknown_users_log_in,
    software_presents_whatever_is_ticked,
)


@pytest.mark.part(5)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_each_fault_is_reported(fault: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fault(monkeypatch)
    assert differences(tmp_path)
