"""Lock-out (section 6): can an administrator still log in?

The law does not rank the ways that fail or are open: each of their steps may be given as the reason.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.oracles.law.description import ADMINISTRATOR, Device, Nothing, Peer
from tests.oracles.law.login import folded
from tests.oracles.law.names import names_of
from tests.oracles.law.rows import row_of, steps_of
from tests.oracles.law.settings import (
    ALLOWED,
    NOT_REQUIRED,
    REQUIRED,
    VERIFY,
    at_level,
    key_matches,
    levels_of,
    not_an_mcu,
    service,
)
from tests.oracles.law.sides import World, shown_as
from tests.oracles.law.steps import FAIL, NONE, OPEN, PASS, PASSED, Step, fail, missing, opened


@dataclass(frozen=True)
class Administration:
    """The outcome, and every step that it may rest on."""

    outcome: str
    reasons: tuple[Step, ...]


def administration(device: Device, server: Step, world: World) -> Administration:
    """The best way that is left, under every level that may be set."""
    if not_an_mcu(device):
        return Administration(OPEN, (opened("not_an_mcu", "model"),))
    levels = levels_of(device)
    found = [_at_level(one, at_level(device, one), server, world) for one in levels]
    reasons = tuple(reason for one in found for reason in one.reasons)
    if len({one.outcome for one in found}) == 1:
        return Administration(found[0].outcome, (*reasons, *([missing()] if len(found) > 1 else [])))
    return Administration(OPEN, (missing(), *(one for one in reasons if one.outcome == OPEN)))


def _at_level(level: str, device: Device, server: Step, world: World) -> Administration:
    ways = [*_https(device, level, server, world), [_http(device, level)]]
    if device.users is not None and not any(right == ADMINISTRATOR for _, right in device.users):
        nobody = fail("no_administrator", "users")
        return Administration(FAIL, (nobody, *(step for way in ways for step in way if step.outcome == FAIL)))
    outcomes = [_worst(way) for way in ways]
    for outcome in (PASS, OPEN, FAIL):
        if outcome in outcomes:
            of_it = [way for way, one in zip(ways, outcomes, strict=True) if one == outcome]
            return Administration(outcome, tuple(step for way in of_it for step in way if step.outcome == outcome))
    raise AssertionError(outcomes)


def _worst(way: list[Step]) -> str:
    outcomes = {step.outcome for step in way}
    return FAIL if FAIL in outcomes else OPEN if OPEN in outcomes else PASS


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


def _https(device: Device, level: str, server: Step, world: World) -> list[list[Step]]:
    reachable = service(device, "https")
    if reachable.outcome == NONE:
        return [[fail(reachable.code, "setting" if reachable.code == "service_off" else "feature_keys")]]
    if not key_matches(device):
        return [[fail("key_does_not_match", "certificate")]]
    if level == NOT_REQUIRED:
        return [[reachable, PASSED if device.users is not None else missing()]]
    rejected, store = _rejected_by_ocsp(device, server), device.https_store
    refused = [rejected] if rejected else []
    if store is not None and not store.members and not store.damaged:
        refused.append(fail("empty_store", "trust_store"))
    users = [peer for peer in device.peers if "web_user" in peer.connections]
    if not users:
        return [[reachable, *(refused or [missing()]), *_perhaps_by_ocsp(device, server)]]
    return [[*_user(level, device, peer, server, world, reachable), *refused] for peer in users]


def _rejected_by_ocsp(device: Device, server: Step) -> Step | None:
    """OCSP that gives nobody a good answer."""
    if not device.get("ssl_certificates.ocsp.enabled"):
        return None
    if device.get("ssl_certificates.ocsp.server_url") == "":
        return fail("ocsp_without_server", "setting")
    return fail("ocsp_server_refused", server.kind) if server.outcome == FAIL else None


def _perhaps_by_ocsp(device: Device, server: Step) -> list[Step]:
    """Without a declared user, whether OCSP would let one in."""
    enabled = device.get("ssl_certificates.ocsp.enabled")
    if enabled is False or server.outcome == FAIL:
        return []
    if enabled is None:
        return [opened("ocsp_perhaps_asked", "missing_evidence")]
    asked = opened("ocsp_answer_missing", "missing_evidence")
    undetermined = opened("ocsp_server_undetermined", server.kind, *server.readings)
    return [undetermined, asked] if server.outcome == OPEN else [asked]


def _user(level: str, device: Device, peer: Peer, server: Step, world: World, reachable: Step) -> list[Step]:
    """A declared web user, whose own connection counts."""
    row = row_of(device, peer, "web_user", server, world)
    _, other, steps = steps_of(device, peer, "web_user", server, world)
    found = [step for step in (*steps, *other.steps) if step.outcome == row.outcome]
    name = _administers(level, device, peer)
    return [reachable, *found, name, *([fail("no_administrator", "certificate")] if name.outcome == FAIL else [])]


def _administers(level: str, device: Device, peer: Peer) -> Step:
    """Whether the one who logs in is an administrator."""
    if device.users is None:
        return missing()
    users = dict(device.users)
    typed = PASSED if peer.user is None or users.get(peer.user) == ADMINISTRATOR else fail("no_administrator", "users")
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
    if len({step.outcome for step in possible}) == 1:
        return possible[-1]
    several = any(cn in users for cn in cns)
    return opened("several_common_names" if several else "common_name_case", "certificate", "A8" if several else "A9")


def _as(right: str) -> Step:
    return PASSED if right == ADMINISTRATOR else fail("no_administrator", "certificate")
