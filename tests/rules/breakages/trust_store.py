"""What breaks the rules about trust stores."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from tests.authority import LONG_AGO, NOW, Authority, rsa_key
from tests.clean_export import DEVICE, HOST, ISSUING, LOCAL_NAMES, ROOT, certificate, chain
from tests.rules.breakages.base import LOCAL, STRANGER, Break, all_of, file

EXPIRED_CA = Authority.root("Example Old CA", key=rsa_key(9), not_before=LONG_AGO, not_after=NOW - timedelta(days=1))

FAILS: Final[dict[str, Break]] = {
    "MCU301": file(f"{DEVICE}/sip-trust-store.pem", b""),
    "MCU302": file("peers/room.pem", STRANGER),
    "MCU303": file(f"{DEVICE}/sip-trust-store.pem", chain(ROOT, ISSUING, EXPIRED_CA)),
}
"""Rule → what makes it fail."""

OPENS: Final[dict[str, Break]] = {
    "MCU302": all_of(file(LOCAL, chain(certificate(HOST, san=LOCAL_NAMES))), file("peers/trusted.pem", ROOT.pem)),
}
"""Rule → what makes it undetermined."""

PASSES: Final[dict[str, Break]] = {}
"""Rule → what makes it apply and pass, where it does not apply to the clean device."""
