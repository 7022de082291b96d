"""Whether the private key of a device matches its local certificate, by the words of the page."""

from __future__ import annotations

import re
from typing import Final

from mcuaudit.devices.damage import doubt
from mcuaudit.devices.device import Device
from mcuaudit.devices.once import once
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.cause import CauseKind, cause_at
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.verdict import Verdict, missing

PRIVATE_KEY: Final = "ssl_certificates.private_key"
EVIDENCE: Final = "settings.toml [ssl_certificates] private_key, exactly as the page shows it"

_ONE: Final = "(?:the |its )?(?:private |local )?(?:key|certificate)"
_MATCHES: Final = f"{_ONE} matches {_ONE}|{_ONE} and {_ONE} match"
_NOT: Final = "(?:does not|doesn't|doesnt|do not|don't|dont|did not|didn't|cannot|is not|isn't|not|never)"
_FIT: Final = "(?:match|correspond|fit|belong|agree)(?:es|s|ed|ing)?(?: to| with| for)?"
_IS_NOT_THERE: Final = "missing|absent|not (?:present|found|installed|loaded|uploaded|available)"
_CONTRADICTS: Final = (
    f"(?:{_ONE} )?{_NOT} {_FIT}(?: {_ONE})?"
    f"|{_ONE} (?:and|or|/) {_ONE} {_NOT} {_FIT}(?: each other)?"
    f"|(?:{_ONE} )?(?:(?:(?:and|or|/) )?{_ONE} )?(?:is |are )?(?:a )?(?:mismatch(?:ed)?|unmatched|wrong|no match)"
    f"|mismatch (?:of|between) {_ONE}(?: and {_ONE})?|wrong {_ONE}|no match(?:ing {_ONE})?"
    f"|{_ONE} (?:is )?(?:differs|different)(?: from {_ONE})?|{_ONE} and {_ONE} (?:differ|are different)"
    f"|{_ONE} (?:is )?(?:for|of|belongs to) (?:another|a different) certificate"
    f"|no (?:private |matching )?key(?: (?:is )?(?:present|found|installed|loaded|uploaded|available))?"
    f"|(?:(?:the )?(?:private )?key (?:is )?)?(?:{_IS_NOT_THERE})|none"
)
"""Texts that only say that the key is missing or that it is another one."""


def key_matches(words: str) -> Answer:
    """Whether a text says that the key matches, or that it does not; open for words that are not known."""
    plain = re.sub(r"[.:!\"“”]+", " ", words.replace("’", "'").replace("_", " ").replace("-", " ").casefold())
    plain = " ".join(plain.replace("/", " / ").split()).removeprefix("error ").removeprefix("warning ")
    if re.fullmatch(_MATCHES, plain):
        return Answer.YES
    return Answer.NO if re.fullmatch(_CONTRADICTS, plain) else Answer.OPEN


@once
def has_key(device: Device) -> Answer:
    """Whether somebody may get in over TLS, as far as the key decides: no only if it certainly does not match."""
    without = without_key(device)
    return Answer.NO if without and without.outcome is Outcome.FAIL else Answer.YES


def without_key(device: Device | None) -> Verdict | None:
    """Why a device has no TLS connection, or may have none; None if its key matches, or the export does not say.

    The product wants a certificate with its key, for HTTPS and for SIP over TLS.
    """
    if device is None:
        return None
    setting = device.setting(PRIVATE_KEY)
    if setting.value is None:
        return doubt(device, PRIVATE_KEY)
    match key_matches(setting.value):
        case Answer.YES:
            return None
        case Answer.NO:
            return Verdict(
                Outcome.FAIL, "key_does_not_match",
                f"The private key of {device.device_id} does not match its certificate, so it has no TLS connection.",
                cause=cause_at(CauseKind.CERTIFICATE, device.place),
                remedy=Remedy(RemedyKind.UPLOAD_WITH_KEY, target=device.place),
            )  # fmt: skip
    said = f'the page says "{setting.value}"'
    return missing(EVIDENCE, f"It is undetermined whether the private key of {device.device_id} matches: {said}.")
