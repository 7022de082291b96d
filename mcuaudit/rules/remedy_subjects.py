"""What the subject of each kind of remedy is, as `RemedyKind` describes it; a kind that is not here has none."""

from __future__ import annotations

from typing import Final

from mcuaudit.domain.remedy import RemedyKind

OR_MORE: Final = "…"
"""After the last part: any number of them."""
OR_NONE: Final = frozenset({RemedyKind.GRANT_ADMINISTRATOR, RemedyKind.PROVIDE_CERTIFICATE})
"""Kinds that may also be without their subject."""
SUBJECTS: Final[dict[RemedyKind, tuple[str, ...]]] = {
    RemedyKind.ACTIVATE_FEATURE_KEY: ("feature key", "other feature key"),
    RemedyKind.ADD_AUTHORITY: ("name of the CA", OR_MORE),
    RemedyKind.ADD_AUTHORITY_OR_REISSUE: ("name of the CA, and what distinguishes it",),
    RemedyKind.ADD_EVIDENCE: ("file or key", OR_MORE),
    RemedyKind.ADD_USER: ("user name", "peer"),
    RemedyKind.CHANGE_SETTING: ("key of the setting", "value"),
    RemedyKind.CORRECT_EVIDENCE: ("file or key", OR_MORE),
    RemedyKind.EXPORT_AGAIN: ("file", OR_MORE),
    RemedyKind.FIND_SIGNER: ("name of the CA",),
    RemedyKind.GRANT_ADMINISTRATOR: ("user name",),
    RemedyKind.KEEP_ONE_FILE: ("file", OR_MORE),
    RemedyKind.PRESENT_AUTHORITY: ("name of the CA", OR_MORE),
    RemedyKind.PROVIDE_CERTIFICATE: ("name of the setting",),
    RemedyKind.REISSUE_WITHIN_CONSTRAINTS: ("name of the CA with the constraints", "name of the issuer"),
    RemedyKind.REISSUE_WITH_KEY_USAGE: ("keyUsage bit", OR_MORE),
    RemedyKind.REISSUE_WITH_NAMES: ("name", OR_MORE),
    RemedyKind.REISSUE_WITH_PURPOSE: ("purpose", OR_MORE),
    RemedyKind.REISSUE_WITH_PURPOSE_OR_WITHOUT: ("purpose", "extension"),
    RemedyKind.REMOVE_CERTIFICATE: ("subject of the certificate", "its SHA-256"),
    RemedyKind.REMOVE_LOOP: ("name of the CA",),
    RemedyKind.REMOVE_SECRET: ("file", OR_MORE),
    RemedyKind.RENAME_EVIDENCE: ("file", "right place"),
    RemedyKind.REPLACE_COPY: ("name of the certificate", "file"),
    RemedyKind.REPLACE_EXPIRED: ("name of the certificate",),
    RemedyKind.SET_SETTING: ("key of the setting",),
    RemedyKind.SWITCH_OFF: ("key of the setting",),
    RemedyKind.SWITCH_ON: ("key of the setting",),
    RemedyKind.UPGRADE_SOFTWARE: ("software version",),
}


def fits(kind: RemedyKind, number: int) -> bool:
    """Whether a subject of that many parts fits the kind."""
    parts = SUBJECTS.get(kind, ())
    least = len(parts) - (OR_MORE in parts)
    return number == least or (number > least and OR_MORE in parts) or (number == 0 and kind in OR_NONE)


def subject_words(kind: RemedyKind) -> str:
    """What the subject of the kind must have, in words."""
    parts = SUBJECTS.get(kind, ())
    named = [f"the {part.removeprefix('the ')}" for part in parts if part != OR_MORE]
    if OR_MORE in parts:
        return f"at least one subject: {named[0]}, and any number of others"
    numbers = {0: "no subject", 1: "one subject: ", 2: "two subjects: "}
    return numbers[len(named)] + " and ".join(named)
