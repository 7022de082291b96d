"""The public CAs, as certifi carries them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import certifi

from mcuaudit.decode.bundle import decode_bundle
from mcuaudit.domain.certificate import Certificate


@lru_cache(maxsize=1)
def public_authorities() -> tuple[Certificate, ...]:
    """The public CAs that certifi carries."""
    # Between them are comments. Looking for certificates there takes longer than all else of a small audit.
    lines = Path(certifi.where()).read_bytes().splitlines(keepends=True)
    data = b"".join(line for line in lines if not line.startswith(b"#"))
    bundle = decode_bundle(data, most=data.count(b"-----BEGIN"))
    return tuple(found.certificate for found in bundle.certificates)
