"""What single cells of settings.csv say: that there is no value, or which setting their column is about."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from mcuaudit.domain.settings import ADMINISTRATOR, SETTINGS

_ERROR: Final = re.compile(
    r"#+|#[¡¿]?[^\W\d_][^\W\d_']*(?:[/_ ][^\W_]+){0,4}[!?]?|(?:err|error|erreur|errore|fehler)\s?:\s?\d{3}",
    re.IGNORECASE,
)
"""An error of a spreadsheet in any language, such as #REF!, #NV, #¿NOMBRE? and Err:502, or a column too narrow."""
_WITHIN: Final = re.compile(r"(?:^|[\s,;])#[¡¿]?[^\W\d_]+(?:/[^\W_]+)?[!?](?=$|[\s,;])")
_NO_VALUE: Final = frozenset(
    re.split(
        r"\|",
        "n/a|n.a.|n. a.|n.a|na|n/d|n.d.|n/v|n/b|k.a.|k. a.|k/a|s/o|i/t|unknown|not known|not available|not applicable|"
        "unbekannt|keine angabe|inconnu|inconnue|sans objet|desconocido|sconosciuto|desconhecido|onbekend|tbd|t.b.d.|"
        "tba|todo|null|nil|nan|<na>|<null>|(null)|(none)|(empty)|(blank)|不明|未定|未知|該当なし|なし|н/д|нет данных",
    )
)
_VERSION: Final = re.compile(r"\d+\.\d+\(\d+\.\d+\)[\w .+-]*")
_OF_KEY: Final = re.compile(r"\bkey\b.*\b(?:match|mismatch|correspond|belong)|\b(?:match|mismatch).*\bkey\b")
"""What the page says of the private key and the certificate."""
_RECEIVER: Final = re.compile(r"https?://\S+/rpc2?\b")
_USERS: Final = re.compile(rf":\s?{ADMINISTRATOR}\b")


def no_value(cell: str) -> str:
    """Why a cell has no value though it is not empty: an error of a spreadsheet, a dash, a question mark; else ""."""
    text = unicodedata.normalize("NFKC", cell).strip()
    if _ERROR.fullmatch(text) or _WITHIN.search(text):
        return f'"{cell}" is a spreadsheet error. Write the value, or leave the cell empty if it is not known'
    folded = " ".join(text.casefold().split())
    signs = bool(text) and all(unicodedata.category(sign) == "Pd" or sign in "?¿-−_./\\ー" for sign in text)
    if signs or folded in _NO_VALUE:
        return f'"{cell}" is not a value. Write the value, or leave the cell empty if it is not known'
    return ""


def is_of_private_key(text: str) -> bool:
    """Whether a text says if the private key and the certificate match, as the page of the device does."""
    return _OF_KEY.search(" ".join(unicodedata.normalize("NFKC", text).casefold().split())) is not None


def settings_with_such_values(cells: Iterable[str]) -> tuple[str, ...]:
    """The settings that a column may be about by what its cells hold: labels of a page, versions, or administrators."""
    words = {" ".join(unicodedata.normalize("NFKC", cell).casefold().split()) for cell in cells}
    labels = {setting.key: {label.casefold() for label in setting.labels} for setting in SETTINGS}
    found = {key: words & allowed for key, allowed in labels.items() if words & allowed}
    return (
        *(key for key, of_it in found.items() if len(of_it) == max(map(len, found.values()))),
        *(("device.software_version",) if any(_VERSION.fullmatch(word) for word in words) else ()),
        *(("ssl_certificates.private_key",) if any(map(is_of_private_key, words)) else ()),
        *(("feedback_receivers",) if any(_RECEIVER.match(word) for word in words) else ()),
        *(("users",) if any(_USERS.search(word) for word in words) else ()),
    )
