"""Every row of one device: which connections there are, and what becomes of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.oracles.law import ocsp
from tests.oracles.law.calls import call
from tests.oracles.law.description import ANY, Device, Fleet, Peer
from tests.oracles.law.judges import SIP, route_of
from tests.oracles.law.login import login
from tests.oracles.law.names import host_of
from tests.oracles.law.references import Names
from tests.oracles.law.servers import peers_at, place_of
from tests.oracles.law.settings import LEVEL, VERIFY, at_level, before_4_4, key_matches, levels_of, not_an_mcu, service
from tests.oracles.law.sides import Side, Wanted, World, mcu_side, peer_side
from tests.oracles.law.steps import PASSED, Result, Step, fail, missing, opened, together

TYPES = ("incoming_sip", "outgoing_sip", "web_user", "api_user", "ocsp_server", "feedback_receiver")
Key = tuple[str, str, str, str]


def rows_of(device: Device, fleet: Fleet, world: World) -> dict[Key, Result]:
    """All rows, by device, connection type, peer, URL."""
    found: dict[Key, Result] = {}
    servers = dict(_server_rows(device, "ocsp_server", world))
    asked = ocsp_server(device, world)
    for connection in TYPES[:4]:
        declared = [peer for peer in device.peers if connection in peer.connections and peer.device is None]
        calls = list(partners(device, fleet, connection))
        for peer in calls:
            found[device.id, connection, peer.name, ""] = call(device, peer, connection, fleet, world)
        step = existence(device, connection)
        alone = service_of(device, connection).outcome == "notApplicable"
        for peer in [] if alone else declared:
            row = row_of(device, peer, connection, asked, world) if step == PASSED else ended(step)
            found[device.id, connection, peer.name, ""] = row
        if (not declared and not calls) or (declared and alone):
            found[device.id, connection, ANY, ""] = _without_peer(device, connection, asked, world)
    found.update({(device.id, "ocsp_server", *key): row for key, row in servers.items()})
    found.update({(device.id, "feedback_receiver", *key): row
                  for key, row in _server_rows(device, "feedback_receiver", world)})  # fmt: skip
    return found


def ocsp_server(device: Device, world: World) -> Step:
    """What becomes of the connection to the OCSP server, if it is asked at all."""
    asking = at_level(device, VERIFY) if len(levels_of(device)) > 1 else device
    assumed = {"ssl_certificates.ocsp.enabled": True}
    if device.get("services.https") is None:
        assumed["services.https"] = True
    asking = replace(asking, settings={**asking.settings, **assumed})
    rows = dict(_server_rows(asking, "ocsp_server", world)).values()
    return worst([Step(one.outcome, one.code, one.own, one.kind) for one in rows])


def worst(steps: list[Step]) -> Step:
    for outcome in ("fail", "open"):
        for step in steps:
            if step.outcome == outcome:
                return step
    return PASSED


def partners(device: Device, fleet: Fleet, connection: str) -> Iterator[Peer]:
    """The other MCUs with which this one has calls: declared, or by the policy's mesh."""
    if connection not in SIP:
        return
    declared = [peer for peer in device.peers if peer.device is not None]
    yield from (peer for peer in declared if connection in peer.connections)
    for other in fleet.devices:
        known = any(peer.device == other.id for peer in declared)
        if other is device or known or fleet.mesh == "none" or (fleet.mesh == "site" and other.site != device.site):
            continue
        yield Peer(other.id, SIP, device=other.id)


def existence(device: Device, connection: str) -> Step:
    """Steps before the certificates: model, service, key."""
    if not_an_mcu(device):
        return opened("not_an_mcu", "model")
    return service_of(device, connection)


def service_of(device: Device, connection: str) -> Step:
    if connection in SIP:
        return service(device, "sips_tcp")
    return service(device, "https") if connection in ("web_user", "api_user") else PASSED


def _without_peer(device: Device, connection: str, asked: Step, world: World) -> Result:
    """No peer is declared: refused if the MCU refuses whoever it may be, else not known (section 7)."""
    step = existence(device, connection)
    if step != PASSED:
        return ended(step)
    row = row_of(device, Peer(ANY, (connection,)), connection, asked, world)
    return row if row.outcome == "fail" else ended(missing())


def ended(step: Step) -> Result:
    """A row that ends before any certificate is looked at."""
    authenticated = "open" if step.outcome == "open" else "neither"
    return Result(step.outcome, step.code, frozenset(step.readings), step.kind, authenticated)


def row_of(device: Device, peer: Peer, connection: str, asked: Step, world: World) -> Result:
    """The row of a connection that exists; of a user, under every level that may be set."""
    row = _one_row(device, peer, connection, asked, world)
    levels = levels_of(device)
    if connection in SIP or len(levels) == 1:
        return row
    at_levels = [at_level(device, one) for one in levels]
    found = [steps_of(one, peer, connection, asked, world)[2] for one in at_levels]
    if all(any(step.outcome == "fail" for step in steps) for steps in found):
        return replace(_one_row(at_levels[0], peer, connection, asked, world), authenticated=row.authenticated)
    return row


def _one_row(device: Device, peer: Peer, connection: str, asked: Step, world: World) -> Result:
    mcu, other, steps = steps_of(device, peer, connection, asked, world)
    return decided(device, mcu, other, steps)


def steps_of(device: Device, peer: Peer, connection: str, asked: Step, world: World) -> tuple[Side, Side, list[Step]]:
    """Both sides, and the steps of the MCU with the login."""
    wanted = _wanted(device, peer) if connection == "outgoing_sip" else ()
    mcu, other = mcu_side(device, peer, connection, wanted, world), peer_side(device, peer, connection, world)
    steps = list(mcu.steps)
    if connection in ("web_user", "api_user"):
        steps.append(login(device, peer, connection, asked, world))
    return mcu, other, steps


def decided(device: Device, mcu: Side, other: Side, steps: list[Step]) -> Result:
    """Both sides together; a key that does not match serves nobody, whether the peer verifies or not."""
    if not key_matches(device):
        other = Side(fail("key_does_not_match", "certificate"), asked=True)
    result = together([*steps, *other.steps], "accepted")
    return replace(result, authenticated=authenticated(mcu, other))


def authenticated(mcu: Side, other: Side) -> str:
    """Who verified whom."""
    one, two = verified(mcu), verified(other)
    if one is None or two is None:
        return "open"
    return {(True, True): "both", (True, False): "mcu_only", (False, True): "peer_only"}.get((one, two), "neither")


def verified(side: Side) -> bool | None:
    if side.asked is False:
        return False
    outcomes = {step.outcome for step in side.steps}
    return False if "fail" in outcomes else None if "open" in outcomes or side.asked is None else True


def _wanted(device: Device, peer: Peer) -> Wanted:
    """A7: the names by which the MCU reaches the peer, for each route and configuration that it may have."""
    mode, route = device.get("sip.outbound_call_configuration"), route_of(peer)
    identifiers: Names = (None,) if peer.identifiers is None else peer.identifiers
    proxied = _with_proxy(device, identifiers)
    if route == "direct" or mode == "Call direct":
        return (identifiers,)
    return (proxied,) if route == "proxied" else (identifiers, proxied)


def _with_proxy(device: Device, identifiers: Names) -> Names:
    address, domain = device.get("sip.outbound_address"), device.get("sip.outbound_domain")
    return tuple(dict.fromkeys(one for one in (*identifiers, address, domain) if one != ""))  # type: ignore[arg-type]


def _server_rows(device: Device, connection: str, world: World) -> Iterator[tuple[tuple[str, str], Result]]:
    """A row per URL and peer at its place."""
    alien = opened("not_an_mcu", "model") if not_an_mcu(device) else PASSED
    if connection == "ocsp_server":
        step, url = ocsp.exists(device), device.get("ssl_certificates.ocsp.server_url")
        told = None not in (device.get(LEVEL), before_4_4(device)) and service(device, "https") == PASSED
        asked = device.get("ssl_certificates.ocsp.enabled") is True and told
        if step != PASSED and not (step.code == "http_url" and asked):
            yield (ANY, ""), ended(alien if alien != PASSED else step)
            return
        yield from _at_url(str(url), device, connection, alien if alien != PASSED else step, world)
        return
    receivers = device.get("feedback_receivers")
    if receivers is None and _declared(device, connection):
        for peer in _declared(device, connection):
            hosts: Names = (None,) if peer.identifiers is None else tuple(host_of(one) for one in peer.identifiers)
            yield (peer.name, ""), _server(device, peer, connection, (hosts,), alien, world)
        return
    if not receivers:
        none = missing() if receivers is None else Step("notApplicable", "no_receiver")
        yield (ANY, ""), ended(alien if alien != PASSED else none)
        return
    for url in receivers:  # type: ignore[attr-defined]
        step = Step("notApplicable", "http_url") if url.startswith("http:") else PASSED
        step = alien if alien != PASSED else step
        yield from _at_url(url, device, connection, step, world)


def _at_url(url: str, device: Device, connection: str, step: Step,
            world: World) -> Iterator[tuple[tuple[str, str], Result]]:  # fmt: skip
    host = place_of(url).host
    there = peers_at(url, device, connection) or (Peer(host, (connection,)),)
    for peer in there[:1] if url.startswith("http:") else there:
        yield (peer.name, url), _server(device, peer, connection, ((host,),), step, world)


def _server(device: Device, peer: Peer, connection: str, wanted: Wanted, step: Step, world: World) -> Result:
    if step != PASSED:
        return ended(step)
    mcu, other = mcu_side(device, peer, connection, wanted, world), peer_side(device, peer, connection, world)
    return decided(device, mcu, other, list(mcu.steps))


def _declared(device: Device, connection: str) -> list[Peer]:
    return [peer for peer in device.peers if connection in peer.connections]
