"""A CA certificate in a trust store is valid after 2030 with a short RSA key."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import from_view
from mcuaudit.rules.rule import Context, rule


def _unread(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["rsa_after_2030_unread"] != ""


@rule(
    code="MCU319",
    view="store_profiles",
    adds=("missing_evidence",),
    severity="note",
    source="NIST IR 8547 (draft); BSI TR-02102",
    section="RSA with 112 bits of strength; recommended key lengths",
    grade="inferred",
    cause=from_view("store_cause_id"),
    message=(
        "{file}: of the CA certificates with RSA keys in the {store_title} that are valid after 2030, {rsa_after_2030}."
    ),
    fix="Plan a CA with an RSA key of 3072 or 4096 bits for the time after 2030, and move the peers to it.",
    undetermined=_unread,
    undetermined_message=(
        "{file}: it is undetermined whether the RSA keys of the CA certificates in the {store_title} are long enough: "
        "{rsa_after_2030_unread}."
    ),
)
def authority_rsa_key_after_2030(view: pd.DataFrame, context: Context) -> pd.Series:
    """A CA certificate in a trust store is valid after 2030 with a short RSA key.

    What it checks: no CA certificate in a trust store that is valid on 1 January 2031 or later has an RSA key of fewer
    than [thresholds] rsa_bits_after_2030 bits (3000). The finding names the certificates of one file. MCU122 does the
    same for presented certificates, MCU307 reports keys that are too short today.

    Why it matters: NIST plans to deprecate RSA keys of 2048 bits after 2030, and the BSI recommends 3000 bits and more
    already. It is a note, which a policy can raise: [rules] MCU319 = "warning". That it applies to an MCU is inferred.

    How to fix: plan a CA with a longer key.

    References: NIST IR 8547 (draft); BSI TR-02102-1.
    """
    view["missing_evidence"] = view["file"]
    return view["rsa_after_2030"] != ""
