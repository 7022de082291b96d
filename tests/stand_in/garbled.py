"""The first messages of a TLS 1.2 server whose certificate is no certificate."""

from __future__ import annotations

from typing import Final

_NOT_A_CERTIFICATE: Final = bytes([0x30, 0x0A, *b"not a cert"])


def _message(kind: int, content: bytes) -> bytes:
    return bytes([kind]) + len(content).to_bytes(3, "big") + content


def _record(content: bytes) -> bytes:
    return b"\x16\x03\x03" + len(content).to_bytes(2, "big") + content


def _listed(octets: bytes) -> bytes:
    return len(octets).to_bytes(3, "big") + octets


_RENEGOTIATION: Final = bytes.fromhex("ff01000100")
_HELLO: Final = (
    b"\x03\x03" + b"\x11" * 32 + b"\x00" + b"\xc0\x2f" + b"\x00" + len(_RENEGOTIATION).to_bytes(2, "big")
    + _RENEGOTIATION
)  # fmt: skip
"""Version 1.2, a random, no session, ECDHE-RSA-AES128-GCM-SHA256, no compression, secure renegotiation."""
GARBLED_CERTIFICATE: Final = _record(_message(2, _HELLO)) + _record(_message(11, _listed(_listed(_NOT_A_CERTIFICATE))))
