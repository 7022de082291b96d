"""The names that the files of an export have, and what a file is for whose name is nearly one of them."""

from __future__ import annotations

import difflib
import re
from typing import Final

from mcuaudit.collect.artefact import Kind, Purpose
from mcuaudit.errors import nearest
from mcuaudit.policy.schema import POLICY_FILE

CERTIFICATE_ENDINGS: Final = frozenset({".pem", ".crt", ".cer", ".der", ".p7b", ".p7c"})
RESPONSES: Final = (
    "device.query",
    "device.network.query",
    "services.query",
    "sip.query",
    "feedbackReceiver.query",
    "device.encryption.query",
    "system",
)
_BY_STEM: Final = {
    "local-certificate": Kind.LOCAL_CERTIFICATE,
    "sip-trust-store": Kind.SIP_TRUST_STORE,
    "https-trust-store": Kind.HTTPS_TRUST_STORE,
    "call-home-trust-store": Kind.CALL_HOME_TRUST_STORE,
}
_BY_NAME: Final = {
    "settings.toml": Kind.SETTINGS,
    "settings.csv": Kind.SETTINGS_TABLE,
    "peers.toml": Kind.PEERS,
    "site.toml": Kind.SITE,
    POLICY_FILE: Kind.POLICY,
    "configuration.xml": Kind.BACKUP,
}
_KINDS: Final = {**_BY_NAME, **{f"{stem}.pem": kind for stem, kind in _BY_STEM.items()}}
_MISSPELLED: Final = 0.8
"""How similar a file name and a known name must be to count as a misspelling; DEVICE.pem files have any name."""
_MISSPELLED_RESPONSE: Final = 0.85
"""As before, for files of api/: device.snmp.query is a call of its own, device.quary is not."""
_AS_SIMILAR: Final = 0.06
"""A name that is nearly as similar to a second known name may stand for either."""
_WORDS: Final = {
    Kind.LOCAL_CERTIFICATE: (("local",), ("cert",)),
    Kind.SIP_TRUST_STORE: (("sip",), ("trust", "store")),
    Kind.HTTPS_TRUST_STORE: (("https",), ("trust", "store")),
    Kind.CALL_HOME_TRUST_STORE: (("callhome",), ("trust", "store")),
}
"""Words that name a slot, whatever stands between them."""


def kind_by_name(name: str) -> Kind | None:
    """The kind of a file by its name alone, in upper or lower case; None for another name."""
    return _BY_NAME.get(name.lower()) or kind_by_stem(name)


def kind_by_stem(name: str) -> Kind | None:
    """The slot of a file of certificates by its name; None for another name."""
    stem, dot, ending = name.lower().rpartition(".")
    return _BY_STEM.get(stem) if f"{dot}{ending}" in CERTIFICATE_ENDINGS else None


def response_name(file_name: str) -> str | None:
    """The response that a file of api/ holds by its name, in upper or lower case; None for another name.

    Any call of the API may have been saved, so each name of its form is one, unless it is a misspelt one that is used.
    """
    stem, _, ending = file_name.rpartition(".")
    by_folded = {word.lower(): word for word in RESPONSES}
    if ending.lower() != "xml" or stem.lower() in by_folded:
        return by_folded.get(stem.lower()) if ending.lower() == "xml" else None
    misspelt = f"device.{stem}".lower() in by_folded or nearest(stem, RESPONSES, least=_MISSPELLED_RESPONSE)
    return stem if re.fullmatch(r"[A-Za-z]+(\.[A-Za-z]+)+", stem) and not misspelt else None


def near_response(file_name: str) -> str | None:
    """The response whose name is most similar to that of a file; None if none is similar."""
    known = {f"{word}.xml": word for word in RESPONSES}
    if f"device.{file_name}" in known:
        return known[f"device.{file_name}"]
    return known.get(nearest(file_name, known, least=_MISSPELLED) or "")


def near_name(name: str, *, of_device: bool) -> str | None:
    """The known name that is most similar to that of a file, or has its words; None if none is similar.

    Args:
        of_device: the file lies in the directory of a device, where no DEVICE.pem files of any name are expected.
    """
    found = nearest(name, _KINDS, least=_MISSPELLED)
    if found or not of_device:
        return found
    slot = _slot_by_words(name)
    return next((known for known, kind in _KINDS.items() if kind is slot), None)


def near_kinds(name: str, near: str) -> tuple[Kind, ...]:
    """The kinds that a file may have whose name is nearly `near`; several if it is nearly as similar to others."""
    least = _similarity(name, near) - _AS_SIMILAR
    alike = [known for known in _KINDS if _similarity(name, known) >= max(least, _MISSPELLED)]
    return tuple(dict.fromkeys(_KINDS[known] for known in (near, *alike)))


def same_letters(one: str, two: str) -> bool:
    """Whether two names differ in punctuation, blanks and case only."""
    return _letters(one) == _letters(two)


def purposes(kinds: tuple[Kind, ...]) -> tuple[Purpose, ...]:
    """Purposes of kinds that are no responses."""
    return tuple((kind, "") for kind in kinds)


def _similarity(one: str, two: str) -> float:
    return difflib.SequenceMatcher(None, two.casefold(), one.casefold().strip()).ratio()


def _letters(name: str) -> str:
    return "".join(character for character in name.rpartition(".")[0].casefold() if character.isalnum())


def _slot_by_words(name: str) -> Kind | None:
    letters = _letters(name)
    if not name.lower().endswith((*CERTIFICATE_ENDINGS, ".txt")):
        return None
    return next(
        (
            kind
            for kind, (first, second) in _WORDS.items()
            if any(word in letters for word in first) and any(word in letters for word in second)
        ),
        None,
    )
