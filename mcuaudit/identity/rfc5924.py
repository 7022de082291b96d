"""RFC 5924: identities as in RFC 5922; the module ``purpose`` checks its addition, the purpose sipDomain."""

from __future__ import annotations

from dataclasses import replace

from mcuaudit.domain.standards import Standard
from mcuaudit.identity import rfc5922
from mcuaudit.identity.outcome import IdentityOutcome
from mcuaudit.identity.presented import PresentedIdentifiers
from mcuaudit.identity.reference import ReferenceIdentifier


def match(reference: ReferenceIdentifier, identifiers: PresentedIdentifiers) -> IdentityOutcome:
    """Compare as RFC 5922, sections 7.1 and 7.2, specifies, to which RFC 5924 refers for identities."""
    return replace(rfc5922.match(reference, identifiers), standard=Standard.RFC5924)
