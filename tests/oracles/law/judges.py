"""Section 7, the table of judges; section 4, standards and routes by product."""

from __future__ import annotations

from tests.oracles.law.description import Peer
from tests.oracles.law.trust import Judge

_STANDARDS = {"Expressway": "vcs", "Unified CM": "cucm", "TMS": "rfc9525", "Conductor": "rfc9525", "browser": "rfc9525",
              "endpoint": "mcu"}  # fmt: skip
_ROUTES = {"Expressway": "proxied", "Unified CM": "proxied", "endpoint": "direct"}
SIP = ("incoming_sip", "outgoing_sip")


def standard_of(peer: Peer, connection: str) -> str | None:
    """By which standard the peer compares names; None if that is not known."""
    if peer.standard is not None:
        return peer.standard
    found = _STANDARDS.get(peer.product or "")
    if connection in SIP:
        return found
    return "rfc9525"


def route_of(peer: Peer) -> str | None:
    return peer.route or _ROUTES.get(peer.product or "")


def judge_of(peer: Peer, connection: str) -> Judge:
    """Who a peer is taken to be as a verifier."""
    standard = standard_of(peer, connection) or "unknown"
    openssl = peer.product in ("Expressway", "endpoint") or standard in ("vcs", "mcu")
    return Judge("openssl" if openssl else "unrecorded", standard)


MCU = Judge("mcu", "mcu")
