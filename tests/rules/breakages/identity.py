"""What breaks the rules about identities."""

from __future__ import annotations

from typing import Final

from tests.clean_export import ADDRESS, ISSUING, certificate, chain
from tests.rules.breakages.base import LOCAL, WITHOUT_ADDRESS, Break, file, local

FAILS: Final[dict[str, Break]] = {
    "MCU201": local(san=WITHOUT_ADDRESS),
    "MCU205": file(LOCAL, chain(certificate(ADDRESS, san=WITHOUT_ADDRESS), ISSUING)),
}
"""Rule → what makes it fail."""

OPENS: Final[dict[str, Break]] = {
    "MCU204": local(san=[*WITHOUT_ADDRESS, f"IP:{ADDRESS}"]),
}
"""Rule → what makes it undetermined."""

PASSES: Final[dict[str, Break]] = {}
"""Rule → what makes it apply and pass, where it does not apply to the clean device."""
