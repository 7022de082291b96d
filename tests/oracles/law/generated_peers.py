"""Peers of a generated device, as the facts that a declaration tells; what is missing is not told."""

from __future__ import annotations

import random
from typing import Any

from tests.oracles.law.chance import mostly
from tests.oracles.law.description import NOTHING
from tests.oracles.law.generated_certificates import a_line, ocsp_answer, presented, recipe, store
from tests.oracles.law.lines import GOOD, Line

Facts = dict[str, Any]
HTTPS = ("TMS", "Conductor", "browser", None)
STANDARDS = (None, "mcu", "rfc5922", "rfc5924", "rfc9525", "vcs", "cucm", "none")
LOGINS = (
    ("alice",),
    ("Alice",),
    ("bob",),
    ("admin",),
    ("nobody",),
    ("guest",),
    ("alice", "room"),
    ("tms",),
    ("ALICE ",),
)

CALLS = ("incoming_sip", "outgoing_sip")


def told(facts: Facts) -> Facts:
    return {key: value for key, value in facts.items() if value is not None}


def sip_peer(rng: random.Random, name: str, line: Line, number: int, often: float) -> Facts:
    """An Expressway, Unified CM, endpoint, or one of which the product is not told."""
    product = rng.choice(("Expressway", "endpoint", "Unified CM", None, "Expressway", "endpoint"))
    route = mostly(rng, (None, "direct", "proxied"), often)
    standard = mostly(rng, STANDARDS, often)
    mine = a_line(rng, often)
    identifier = rng.choice((f"10.1.9.{number}", f"room-{number}.example.com"))
    identifiers = mostly(
        rng, ((identifier,), (f"sip:{identifier}:5061",), (identifier, "vcs.example.com"), None), often
    )
    connections = mostly(rng, (("incoming_sip", "outgoing_sip"), ("incoming_sip",), ("outgoing_sip",)), 0.7)
    expects = mostly(rng, (None, (f"mcu-{number}.example.com",), (f"10.1.2.{number}",), ("mcu.example.org",)), often)
    facts = told({"name": name, "connections": connections, "product": product, "route": route, "standard": standard,
                  "identifiers": identifiers, "expects": expects,
                  "chain_complete": mostly(rng, (None, True, False), often)})  # fmt: skip
    if product == "Expressway":
        facts |= told({"version": rng.choice((None, "X14.3", "X15.0", "X12.5", "X15.5"))})
    names = (identifier, "vcs.example.com", "example.com")
    facts |= certificates(rng, (mostly(rng, (identifier, "vcs.example.com"), 0.7),), names, mine, often)
    facts |= told({"store": store(rng, line, (), often)})
    return facts


def certificates(rng: random.Random, cns: tuple[str, ...], names: tuple[str, ...], line: Line, often: float) -> Facts:
    """What a peer presents: one certificate, two, none, or not told."""
    found = recipe(rng, cns, names, mostly(rng, (line, None), 0.95), often)
    shown = presented(rng, found, line if found.issuer else None, often)
    other = presented(rng, recipe(rng, cns, names, GOOD, often), GOOD, often)
    kinds = ({"certificate": shown}, {"certificate": NOTHING}, {}, {"certificate": shown, "client_certificate": other},
             {"certificate": shown, "client_certificate": NOTHING}, {"client_certificate": other},
             {"certificate": NOTHING, "client_certificate": other})  # fmt: skip
    return dict(mostly(rng, kinds, 0.75))


def user(rng: random.Random, name: str, connection: str, line: Line, number: int, often: float) -> Facts:
    """A web or API user with a client certificate, and perhaps a saved OCSP response."""
    mine = a_line(rng, often)
    found = recipe(rng, rng.choice(LOGINS), (f"{name.replace(' ', '-')}.example.com",), mine, often)
    facts = told({"name": name, "connections": (connection,), "product": rng.choice(HTTPS),
                  "user": rng.choice((None, "alice", "admin", "bob", "nobody", "tms")),
                  "expects": mostly(rng, (None, (f"mcu-{number}.example.com",), ("mcu.example.org",)), often),
                  "standard": mostly(rng, (None, "rfc9525", "none"), 0.85),
                  "chain_complete": mostly(rng, (None, True), often),
                  "store": store(rng, line, (), often)})  # fmt: skip
    facts |= told({"certificate": mostly(rng, (presented(rng, found, mine, often), NOTHING, None), often)})
    status = rng.choice(("good", "good", "good", "revoked", "stale", "by somebody else", None))
    if status and facts.get("certificate") not in (None, NOTHING):
        facts |= told({"ocsp_response": ocsp_answer(found, status)})
    return facts


def server(rng: random.Random, name: str, connection: str, host: str, line: Line, often: float) -> Facts:
    """An OCSP server or feedback receiver."""
    mine = a_line(rng, often)
    identifier = mostly(rng, (host, f"{host}:8443", f"https://{host}/", f"{host}:443", f"https://{host}:8443/x"), 0.6)
    facts = told({"name": name, "connections": (connection,), "product": rng.choice((None, "TMS", "Conductor")),
                  "identifiers": mostly(rng, ((identifier,), None), 0.95),
                  "expects": mostly(rng, (None, ("mcu.example.org",)), often),
                  "standard": mostly(rng, (None, "rfc9525", "none"), 0.7),
                  "chain_complete": mostly(rng, (None, True), often),
                  "store": store(rng, line, (), often)})  # fmt: skip
    facts |= certificates(rng, (host,), (host,), mine, often)
    return facts


def other_mcu(rng: random.Random, device: str) -> Facts:
    """Another MCU of the fleet, as this one declares it."""
    return told({"name": f"to {device}", "device": device,
                 "connections": mostly(rng, (CALLS, CALLS[1:], CALLS[:1]), 0.8),
                 "chain_complete": mostly(rng, (None, True), 0.8),
                 "identifiers": mostly(rng, (None, ("mcu-1.example.com",), ("10.1.2.77",)), 0.7)})  # fmt: skip
