"""For every rule one thing that is broken on the clean device, so that the rule can be seen to speak."""

from __future__ import annotations

from typing import Final

from tests.rules.breakages import certificate, connection, evidence, identity, settings, trust_store
from tests.rules.breakages.base import Break, audit_of, intact
from tests.rules.breakages.trust_store import EXPIRED_CA

_GROUPS: Final = (certificate, identity, trust_store, settings, connection, evidence)

FAILS: Final[dict[str, Break]] = {code: broken for group in _GROUPS for code, broken in group.FAILS.items()}
"""Rule → what makes it fail."""

OPENS: Final[dict[str, Break]] = {code: broken for group in _GROUPS for code, broken in group.OPENS.items()}
"""Rule → what makes it undetermined."""

PASSES: Final[dict[str, Break]] = {code: broken for group in _GROUPS for code, broken in group.PASSES.items()}
"""Rule → what makes it apply and pass, where it does not apply to the clean device."""

__all__ = ["EXPIRED_CA", "FAILS", "OPENS", "PASSES", "Break", "audit_of", "intact"]
