"""A verification setting is declared for software that does not have it."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.settings import NO_VERIFICATION, NOT_REQUIRED
from mcuaudit.rules.causes import SOFTWARE_VERSION
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule

_HARMLESS = {
    "verification_settings": NO_VERIFICATION,
    "client_certificate_security": NOT_REQUIRED,
    "server_certificate_security": NO_VERIFICATION,
    "ocsp_enabled": "false",
}


def _is_stated(view: pd.DataFrame, column: str, harmless: str) -> pd.Series:
    return view[column].notna() & (view[column] != harmless)


def _texts(view: pd.DataFrame, context: Context) -> None:
    declared = pd.Series("", index=view.index, dtype=object)
    for column, harmless in _HARMLESS.items():
        said = column + " = " + view[column].astype("str")
        with_it = declared.mask(declared != "", declared + ", ") + said
        declared = declared.mask(_is_stated(view, column, harmless), with_it)
    view["declared"] = declared


@rule(
    code="MCU406",
    view="devices",
    adds=("declared",),
    texts=_texts,
    severity="warning",
    source=RELEASE_NOTES,
    section="New features in 4.4",
    grade="doc",
    needs=("software_version",),
    cause=SOFTWARE_VERSION,
    message="software {software_version} cannot verify certificates, but the export sets {declared}.",
    fix="Upgrade to 4.4 or later, or correct the export.",
)
def setting_before_version(view: pd.DataFrame, context: Context) -> pd.Series:
    """A verification setting is declared for software that does not have it.

    What it checks: for software before 4.4, the settings Verification settings, Client certificate security, Server
    certificate security and OCSP are off in the export. The finding names each of them that is not.

    Why it matters: software before 4.4 has no mutual authentication, certificate login or OCSP. The export shows a
    protection that does not exist.

    How to fix: upgrade to 4.4 or later, or correct the setting in the export.

    References: Release Notes 4.4(3.57), new features.
    """
    old = view["verifies_certificates"] == "no"
    if not old.any():
        return old
    stated = pd.Series(False, index=view.index)
    for column, harmless in _HARMLESS.items():
        stated |= _is_stated(view, column, harmless)
    return old & stated
