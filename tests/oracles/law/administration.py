"""Lock-out (section 6): can an administrator still log in?"""

from __future__ import annotations

from dataclasses import replace

from tests.oracles.law.description import ADMINISTRATOR, Device, Nothing, Peer
from tests.oracles.law.login import folded
from tests.oracles.law.names import names_of
from tests.oracles.law.rows import LEVEL, row_of
from tests.oracles.law.settings import ALLOWED, LEVELS, NOT_REQUIRED, REQUIRED, VERIFY, before_4_4, key_matches
from tests.oracles.law.settings import not_an_mcu, service
from tests.oracles.law.sides import World, shown_as
from tests.oracles.law.steps import FAIL, NONE, OPEN, PASS, PASSED, Step, fail, missing, opened


def administration(device: Device, server: Step, world: World) -> Step:
    """The best way that is left, under every level that may be set."""
    if not_an_mcu(device):
        return opened("not_an_mcu", "model")
    old, level = before_4_4(device), device.get("ssl_certificates.client_certificate_security")
    levels = [NOT_REQUIRED] if old else [str(level)] if level else list(LEVELS)
    if old is None and NOT_REQUIRED not in levels:
        levels = [NOT_REQUIRED, *levels]
    found = [_at_level(one, _at(device, one), server, world) for one in levels]
    if len({step.outcome for step in found}) == 1:
        return found[-1]
    return missing()


def _at(device: Device, level: str) -> Device:
    return device if device.get(LEVEL) else replace(device, settings={**device.settings, LEVEL: level})


def _at_level(level: str, device: Device, server: Step, world: World) -> Step:
    ways = [*_https(device, level, server, world), _http(device, level)]
    if _nobody_administers(device):
        reachable = ways[0].code in ("service_off", "feature_missing", "key_does_not_match")
        return ways[0] if reachable else fail("no_administrator", "users")
    for outcome in (PASS, OPEN):
        for way in ways:
            if way.outcome == outcome:
                return way
    return ways[0]


def _nobody_administers(device: Device) -> bool:
    return device.users is not None and not any(right == ADMINISTRATOR for _, right in device.users)


def _http(device: Device, level: str) -> Step:
    """HTTP takes passwords, unless it is off, redirected, or blocked under "required"."""
    if level == REQUIRED:
        return fail("http_blocked", "setting")
    on, redirected = device.get("services.http"), device.get("security.redirect_http_to_https")
    if on is False:
        return fail("http_off", "setting")
    if redirected:
        return fail("http_redirected", "setting")
    if on is None or redirected is None or device.users is None:
        return missing()
    return PASSED


def _https(device: Device, level: str, server: Step, world: World) -> list[Step]:
    reachable = service(device, "https")
    if reachable.outcome == NONE:
        return [fail(reachable.code, "setting" if reachable.code == "service_off" else "feature_keys")]
    if not key_matches(device):
        return [fail("key_does_not_match", "certificate")]
    if level == NOT_REQUIRED:
        return [missing() if reachable != PASSED or device.users is None else PASSED]
    if device.https_store is not None and not device.https_store.members and not device.https_store.damaged:
        return [fail("empty_store", "trust_store")]
    if _nobody_by_ocsp(device, server):
        return [fail("ocsp_server_refused", server.kind)]
    users = [peer for peer in device.peers if "web_user" in peer.connections]
    if not users:
        return [missing()]
    return [_user(level, device, peer, server, world, reachable) for peer in users]


def _nobody_by_ocsp(device: Device, server: Step) -> bool:
    enabled = device.get("ssl_certificates.ocsp.enabled")
    return bool(enabled) and (server.outcome == FAIL or device.get("ssl_certificates.ocsp.server_url") == "")


def _user(level: str, device: Device, peer: Peer, server: Step, world: World, reachable: Step) -> Step:
    """A declared web user, whose own connection counts."""
    row = row_of(device, peer, "web_user", server, world)
    name = _administers(level, device, peer)
    steps = [reachable, Step(row.outcome, row.code, tuple(row.readings), row.kind), name]
    for outcome in (FAIL, OPEN):
        for step in steps:
            if step.outcome == outcome:
                return step
    return PASSED


def _administers(level: str, device: Device, peer: Peer) -> Step:
    """Whether the one who logs in is an administrator."""
    if device.users is None:
        return missing()
    users = dict(device.users)
    typed = PASSED if peer.user is None or users.get(peer.user) == ADMINISTRATOR else fail("no_administrator", "certificate")
    if level == VERIFY:
        return typed
    shown = shown_as(peer, "web_user")
    if shown is None:
        return missing()
    if isinstance(shown, Nothing):
        return fail("no_certificate", "certificate")
    cns = names_of(shown.leaf).cns
    possible = [_as(users[cn]) for cn in cns if cn in users]
    if possible and len(possible) == len(cns) and len(set(possible)) == 1:
        return possible[0]
    possible += [_as(users[name]) for cn in cns if cn not in users for name in users if folded(name) == folded(cn)]
    possible.append(typed if level == ALLOWED else fail("common_name_is_no_user", "certificate"))
    outcomes = {step.outcome for step in possible}
    if len(outcomes) == 1:
        return possible[-1]
    several = any(cn in users for cn in cns)
    return opened("several_common_names", "certificate", "A8") if several else opened("common_name_case", "certificate", "A9")


def _as(right: str) -> Step:
    return PASSED if right == ADMINISTRATOR else fail("no_administrator", "certificate")
