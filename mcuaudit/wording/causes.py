"""Causes in words, as a list of causes shows them."""

from __future__ import annotations

from typing import Final

from mcuaudit.domain.cause import Cause, CauseKind
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.wording.places import place_words, slot_words

_OF_PLACE: Final = {
    CauseKind.CERTIFICATE: "{place}",
    CauseKind.TRUST_STORE: "{place}",
    CauseKind.MISSING_AUTHORITY: "{2} is not in the {place}",
    CauseKind.NAMES: "names for the {place}",
    CauseKind.OCSP_RESPONSE: "OCSP response for the {place}",
}
_WORDS: Final = {
    CauseKind.ADMINISTRATION: "administration of {0}",
    CauseKind.CLOCK: "clock of {0}",
    CauseKind.DAMAGED_EVIDENCE: "{0} cannot be read",
    CauseKind.EXPORT: "export of {0}",
    CauseKind.FEATURE_KEYS: "feature keys of {0}",
    CauseKind.FEEDBACK_RECEIVER: "feedback receiver {0}",
    CauseKind.FILE: "file {0}",
    CauseKind.MISSING_EVIDENCE: "{0} is missing",
    CauseKind.MODEL: "model of {0}",
    CauseKind.RESTART: "restart of {0}",
    CauseKind.RULE: "the rule {0} failed",
    CauseKind.SETTING: "setting {1} of {0}",
    CauseKind.SHARED_KEY: "the key {0} that several devices have, or that is a default",
    CauseKind.SOFTWARE_VERSION: "software version of {0}",
    CauseKind.USERS: "users of {0}",
}


def cause_words(cause: Cause) -> str:
    """The cause in words."""
    if cause.kind in _OF_PLACE:
        place = place_words(Place(Slot(cause.subject[0]), cause.subject[1]))
        return _OF_PLACE[cause.kind].format(*cause.subject, place=place)
    if cause.kind is CauseKind.TRUST_STORE_FILE:
        return f"{slot_words(Slot(cause.subject[0]))} file {cause.subject[1]}"
    return _WORDS[cause.kind].format(*cause.subject)
