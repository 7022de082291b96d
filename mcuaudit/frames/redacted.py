"""What cannot be done with a redacted audit, which has no certificates."""

from __future__ import annotations

from mcuaudit.errors import UsageError
from mcuaudit.frames.containers import Fleet


def check_not_redacted(fleet: Fleet, consequence: str) -> None:
    """Refuse a fleet that is redacted.

    Args:
        fleet: a fleet, or that of an audit.
        consequence: what cannot be done, as the end of a sentence: "no step can be predicted".

    Raises:
        UsageError: it is redacted.
    """
    if fleet.redacted:
        raise UsageError(
            f"A redacted audit has no certificates, so {consequence}. Use the export, or the audit that it was made "
            "from."
        )
