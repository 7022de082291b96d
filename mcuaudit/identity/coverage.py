"""How a certificate covers a name, where standards differ: by a wildcard alone, or in an entry that a SIP URI hides."""

from __future__ import annotations

from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.standards import Standard
from mcuaudit.errors import UsageError
from mcuaudit.identity.matcher import match
from mcuaudit.identity.presented import Field, PresentedIdentifiers, Wildcard
from mcuaudit.identity.reference import parse_reference


def only_by_wildcard(identifiers: PresentedIdentifiers, name: str) -> bool:
    """Whether only a wildcard covers the name (reading A5); False for a text that is not a name."""
    try:
        return match(identifiers, name, Standard.MCU).reason_code == "wildcard"
    except UsageError:
        return False


def hidden_by_sip_uri(identifiers: PresentedIdentifiers, name: str) -> bool:
    """Whether a DNS entry has the whole name, and a ``sip:`` URI beside it hides it (RFC 5922, section 7.1).

    RFC 5922 refuses a DNS entry of the whole name for no other reason.
    """
    try:
        corresponding = identifiers.corresponding(parse_reference(name))
    except UsageError:
        return False
    in_dns = any(item.presented.field is Field.DNS and item.wildcard is Wildcard.NONE for item in corresponding)
    return in_dns and match(identifiers, name, Standard.RFC5922).outcome is Outcome.FAIL
