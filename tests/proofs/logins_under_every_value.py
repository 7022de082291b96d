"""Devices with random users, certificates and settings: what is said without a setting holds under each value of it."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from typing import Any, Final

from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.users import possible_levels
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.setting_value import SettingValue, Source
from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.domain.standards import Standard
from mcuaudit.predict.connection import verdict_of
from mcuaudit.predict.of_device import administration_of, judge_device
from tests.authority import Issued
from tests.clean_export import ELSEWHERE, HOST, ISSUING, ROOT, certificate, local_certificate
from tests.devices.build import context, damaged, mcu, peer
from tests.predict.ocsp_responses import REVOKED, ocsp_response

CLAIM = (
    "An outcome of a login or of the administration without a setting, or with one that cannot be read, is that under "
    "each of its values, but for a level or version that cannot be read, which never passes; and no administration "
    "passes by a web user whose connection does not."
)
SIZE = 2000
SAMPLE = 120

_LEVEL: Final = "ssl_certificates.client_certificate_security"
_VERSION: Final = "device.software_version"
_VALUES: Final[dict[str, tuple[str, ...]]] = {
    _LEVEL: SETTING_BY_KEY[_LEVEL].labels,
    "services.http": ("true", "false"),
    "security.redirect_http_to_https": ("true", "false"),
    "ssl_certificates.ocsp.enabled": ("true", "false"),
    _VERSION: ("4.4(3.57)", "4.3(2.30)"),
}
_USERS: Final = ("alice:administrator", "guest:conference list only", "bob:administrator", "carol:guest")
_LOCAL: Final = local_certificate()
_CLIENTS: Final = {
    (name, issuer is ISSUING): certificate(name, issuer, 6)
    for name in ("alice", "ALICE", "guest", "Guest", "nobody")
    for issuer in (ISSUING, ELSEWHERE)
}


def prove(seed: int, cases: range) -> Counter[str]:
    """Compare each device without one setting with that device under every value of the setting."""
    counts: Counter[str] = Counter()
    for case in cases:
        rng = random.Random(f"{seed} {case}")
        device, key = _device(rng), rng.choice(list(_VALUES))
        counts["devices"] += 1
        _no_way_by_a_connection_that_does_not_pass(device, f"seed {seed}, case {case}")
        settings = {name: value for name, value in device.settings.items() if name != key}
        unset = replace(device, settings=settings)
        unknown = damaged(unset, key) if rng.random() < 0.5 else unset
        said, under = _outcomes(unknown), [_outcomes(_with(device, key, value)) for value in _VALUES[key]]
        for subject, outcome in said.items():
            held = {found[subject] for found in under}
            where = f"seed {seed}, case {case}: {subject} without {key} is {outcome}, and under its values {held}"
            expected = held.pop() if len(held) == 1 else Outcome.OPEN
            if (
                expected is Outcome.PASS
                and unknown is not unset
                and key in (_LEVEL, _VERSION)
                and possible_levels(unknown)[1:]
            ):
                # A level or version that is in the export and cannot be read never passes.
                expected = Outcome.OPEN
            assert outcome is expected, where
            counts[f"{key.rpartition('.')[2]}: {outcome}"] += 1
    return counts


def _outcomes(device: Device) -> dict[str, Outcome]:
    fleet = context(device)
    connections = judge_device(device, fleet)
    found = {
        connection.exchange.peer.name: verdict_of(connection).outcome
        for connection in connections
        if connection.exchange.type is ConnectionType.WEB_USER
    }
    return {**found, "administration": administration_of(device, connections, fleet).outcome}


def _no_way_by_a_connection_that_does_not_pass(device: Device, where: str) -> None:
    fleet = context(device)
    connections = judge_device(device, fleet)
    rows = {connection.exchange.peer.name: verdict_of(connection).outcome for connection in connections}
    for way in administration_of(device, connections, fleet).ways:
        if way.peer and way.verdict.outcome is Outcome.PASS:
            assert rows[way.peer.name] is Outcome.PASS, f"{where}: a way by {way.peer.name}, whose row does not pass"


def _with(device: Device, key: str, value: str) -> Device:
    return replace(device, settings={**device.settings, key: SettingValue(value, Source.TYPED)})


def _device(rng: random.Random) -> Device:
    users = None if rng.random() < 0.1 else rng.sample(_USERS, rng.randint(0, len(_USERS)))
    facts: dict[str, Any] = {
        "services__http": rng.random() < 0.5,
        "services__https": rng.random() < 0.9,
        "security__redirect_http_to_https": rng.random() < 0.5,
        "device__software_version": "4.3(2.30)" if rng.random() < 0.05 else "4.4(3.57)",
        "ssl_certificates__client_certificate_security": rng.choice(_VALUES[_LEVEL]),
        "ssl_certificates__server_certificate_security": rng.choice(("Verify certificate", "No verification")),
        "ssl_certificates__private_key": rng.choice(("Key matches certificate",) * 8 + ("Key mismatch", "???")),
        "ssl_certificates__ocsp__enabled": rng.random() < 0.4,
        "ssl_certificates__ocsp__server_url": rng.choice(
            ("http://ocsp.example.com/", "https://ocsp.example.com/", "https://other.example.com/", "")
        ),
    }
    if users is not None:
        facts["users"] = users
    if rng.random() < 0.9:
        facts["https"] = rng.choice(((ROOT, ISSUING), (ROOT, ISSUING), (ELSEWHERE,), ()))
    peers = [_user(rng, f"user {number}") for number in range(rng.randint(0, 2))]
    server = certificate("ocsp", rng.choice((ISSUING, ISSUING, ELSEWHERE)), 8, san=["DNS:ocsp.example.com"])
    peers.append(_peer("ocsp", server, ("ocsp_server",), identifiers=("ocsp.example.com",)))
    return mcu(local=_LOCAL, chain=(ISSUING,), peers=tuple(peers), device__host_names=[HOST], **facts)


def _user(rng: random.Random, name: str) -> Peer:
    common_name, trusted = rng.choice(list(_CLIENTS))
    issued = _CLIENTS[common_name, trusted]
    facts: dict[str, Any] = {"user": rng.choice(("alice", "guest", "nobody", None))}
    if rng.random() < 0.5:
        facts["ocsp_response"] = ocsp_response(issued, ISSUING, **({"status": REVOKED} if rng.random() < 0.3 else {}))
    if rng.random() < 0.1:
        facts["presents_none"] = True
    return _peer(name, None if facts.get("presents_none") or rng.random() < 0.1 else issued, ("web_user",), **facts)


def _peer(name: str, issued: Issued | None, connections: tuple[str, ...], **facts: Any) -> Peer:
    return peer(
        name, certificate=issued, chain=(ISSUING,), chain_complete=Answer.YES, trust=(ROOT, ISSUING),
        connections=connections, standard=Standard.RFC9525, expects=(HOST,), **facts,
    )  # fmt: skip
