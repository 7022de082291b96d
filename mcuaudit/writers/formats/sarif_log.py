"""`sarif`: SARIF 2.1.0, for code scanning and result viewers."""

from __future__ import annotations

from mcuaudit.writers.interface import Format, Request


def _make(request: Request) -> str:
    from mcuaudit.writers.sarif import sarif_text

    return sarif_text(request.audit, request.name)


FORMAT = Format(
    name="sarif",
    ending=".sarif",
    meaning="SARIF 2.1.0: every evaluation, with stable fingerprints, waivers and the state against the baseline",
    make=_make,
)
