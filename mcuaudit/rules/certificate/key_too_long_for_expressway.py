"""The key of the local certificate is longer than an Expressway supports."""

from __future__ import annotations

import pandas as pd

from mcuaudit.devices.expressways import LARGEST_KEY
from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.remedies import to_local_certificate
from mcuaudit.rules.rule import Context, rule


def _long(view: pd.DataFrame) -> pd.Series:
    return view["key_size"].gt(LARGEST_KEY).fillna(False)


def _perhaps(view: pd.DataFrame, context: Context) -> pd.Series:
    return _long(view) & view["has_expressway"].eq("open")


@rule(
    code="MCU121",
    view="beside_expressways",
    severity="warning",
    source="Cisco Expressway documentation",
    section="Certificates with keys above 4096 bits",
    grade="doc",
    when={"sip_tls": ("on",), "has_expressway": ("yes", "open")},
    needs=("key_algorithm",),
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    remedy=to_local_certificate(RemedyKind.REISSUE_WITH_NEW_KEY),
    message=(
        "the local certificate has a {key_size}-bit {key_algorithm} key; keys above 4096 bits can keep a SIP zone of "
        "an Expressway down ({expressways})."
    ),
    fix="Create a new RSA key of 2048 to 4096 bits, and have a certificate issued for it.",
    undetermined=_perhaps,
    undetermined_message=(
        "the local certificate has a {key_size}-bit {key_algorithm} key, and the export does not show whether "
        "{expressways} is an Expressway, whose SIP zone such a key can keep down."
    ),
)
def key_too_long_for_expressway(view: pd.DataFrame, context: Context) -> pd.Series:
    """The key of the local certificate is longer than an Expressway supports.

    What it checks: if a SIP peer of the device is an Expressway (product Expressway, or standard vcs), the key of the
    local certificate has 4096 bits at most. MCU113 reports such keys for the MCU itself (reading A18).

    Why it matters: a key above 4096 bits can keep the SIP zone of the Expressway down, so that no call is set up.

    How to fix: create a new RSA key of 2048 to 4096 bits.

    References: Cisco Expressway documentation, on certificates with keys above 4096 bits; reading A18.
    """
    return _long(view) & view["has_expressway"].eq("yes")
