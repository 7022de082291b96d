"""Saved audits of former schema versions: the changes that their frames need, version by version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import pandas as pd

from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verifiers import Verifier
from mcuaudit.frames.certificates import netscape_certificate_type_of
from mcuaudit.frames.schema import Dtype

Upgrade = Callable[[str, pd.DataFrame], pd.DataFrame]
"""Takes the name of a frame and the saved frame, and returns the frame in the next version."""


def _from_2(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Schema 3: columns renamed to `remedy` and `alone_blocks`, ids of causes and remedies, texts without the device.

    Such an audit has no causes and remedies as data: their ids are missing.
    """
    frame = frame.rename(columns={"mend": "remedy", "restores": "alone_blocks"})
    if name in ("connections", "evaluations", "findings"):
        missing = pd.Series(None, index=frame.index, dtype="str")
        frame = frame.assign(cause_id=missing, remedy_id=missing)
    for column in ("message", "evidence"):
        if column in frame.columns and "device_id" in frame.columns:
            frame[column] = [
                _without_device(text, device) if isinstance(text, str) and isinstance(device, str) else text
                for text, device in zip(frame[column], frame["device_id"], strict=True)
            ]
    return frame


def _from_3(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Schema 4: what is there and cannot be read is recorded; before, it was left out."""
    return frame.assign(**{column: value for column, value in _READABLE.get(name, {}).items() if column not in frame})


def _from_4(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Schema 5: the file of a peer's certificate, the CAs that a store lacks, and causes and end of administration."""
    texts = [column for column in _TEXTS_OF_5.get(name, ()) if column not in frame]
    frame = frame.assign(**{column: pd.Series(None, index=frame.index, dtype="str") for column in texts})
    if name == "administration" and "fails_on" not in frame:
        frame = frame.assign(fails_on=pd.Series(pd.NaT, index=frame.index, dtype=Dtype.TIME.value))
    return frame


_TEXTS_OF_5: Final[Mapping[str, tuple[str, ...]]] = {
    "administration": ("reason_code", "remedy", "remedy_id", "cause", "cause_id"),
    "paths": ("lacking",),
    "peers": ("certificate_file",),
}
_READABLE: Final[Mapping[str, Mapping[str, bool | str]]] = {
    "certificates": {"unreadable_fields": "", "oddly_encoded_fields": ""},
    "devices": {"local_chain_damaged": False},
    "peers": {"presented_chain_damaged": False, "damaged_keys": "", "damaged_evidence": ""},
    "settings": {"incomplete": False},
}


def _without_device(text: str, device: str) -> str:
    for start in (f"{device}: ", f"{device}, "):
        if text.startswith(start):
            rest = text.removeprefix(start)
            return rest[:1].upper() + rest[1:]
    return text


def _from_5(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Schema 6: certificate revocation lists, peers that check them, and revoked certificates that the MCU accepts."""
    if name == "peers" and "checks_crls" not in frame:
        return frame.assign(checks_crls="open")
    if name == "connections" and "revoked" not in frame:
        missing = pd.Series(None, index=frame.index, dtype="str")
        frame = frame.assign(revoked=missing, revoked_certificate=missing)
        return frame.assign(revoked_on=pd.Series(pd.NaT, index=frame.index, dtype=Dtype.TIME.value))
    return frame


def _from_6(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Schema 7: versions of peers, what they present as clients, and with which software a party verifies."""
    if name == "certificates" and "netscape_certificate_type" not in frame:
        types = [netscape_certificate_type_of(der) for der in frame["der"]]
        frame = frame.assign(netscape_certificate_type=pd.Series(types, index=frame.index, dtype="str"))
    texts = [column for column in _TEXTS_OF_7.get(name, ()) if column not in frame]
    frame = frame.assign(**{column: pd.Series(None, index=frame.index, dtype="str") for column in texts})
    frame = frame.assign(**{column: value for column, value in _NEW_IN_7.get(name, {}).items() if column not in frame})
    if name == "paths" and "verifier" not in frame:
        frame = frame.assign(
            verifier=[_VERIFIERS_BEFORE_7.get(standard, Verifier.UNRECORDED) for standard in frame["standard"]]
        )
    return frame


_TEXTS_OF_7: Final[Mapping[str, tuple[str, ...]]] = {
    "peers": ("product_version", "client_certificate", "client_certificate_file", "client_chain"),
}
_NEW_IN_7: Final[Mapping[str, Mapping[str, bool | str]]] = {
    "identities": {"product_version": ""},
    "peers": {"client_certificate_state": "missing", "client_chain_damaged": False},
}
_VERIFIERS_BEFORE_7: Final = {Standard.MCU.value: Verifier.MCU, Standard.VCS.value: Verifier.OPENSSL}
"""By standard, which alone said whether an MCU verifies."""


def _from_7(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Schema 8: the files of the trust stores of peers, and changes of who can log in."""
    if name == "peers" and "trust_store_file" not in frame:
        return frame.assign(trust_store_file=pd.Series(None, index=frame.index, dtype="str"))
    return frame


def _from_8(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Schema 9: what cannot be read of declarations that may be about any other peer; before, it was not recorded."""
    if name == "devices" and "further_peers_damaged_keys" not in frame:
        missing = pd.Series(None, index=frame.index, dtype="str")
        return frame.assign(further_peers_damaged_keys=missing, further_peers_damaged_evidence=missing)
    return frame


def _from_9(_name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Schema 10: request configurations for the pages, in a frame of their own; no other frame has another column."""
    return frame


SINCE: Final[Mapping[str, int]] = {"revocation_lists": 6, "administration_changes": 8}
"""The version that a frame is there since, where that is not the first."""

UPGRADES: Final[Mapping[int, Upgrade]] = {
    2: _from_2, 3: _from_3, 4: _from_4, 5: _from_5, 6: _from_6, 7: _from_7, 8: _from_8, 9: _from_9,
}  # fmt: skip
"""By the version that an audit was saved with."""


def upgraded(name: str, frame: pd.DataFrame, schema: int, present: int) -> pd.DataFrame:
    """A frame of a saved audit in the present version."""
    for version in range(schema, present):
        frame = UPGRADES[version](name, frame)
    return frame
