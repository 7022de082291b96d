"""Certificates as PEM (RFC 7468)."""

from __future__ import annotations

import base64
import textwrap
from collections.abc import Iterable


def pem_of(chain: Iterable[bytes]) -> bytes:
    """Certificates in DER as PEM, in their order; also those that cannot be read."""
    blocks = []
    for one in chain:
        body = "\n".join(textwrap.wrap(base64.b64encode(one).decode("ascii"), 64))
        blocks.append(f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
    return "".join(blocks).encode()
