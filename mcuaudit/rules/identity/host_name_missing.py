"""The local certificate does not contain a host name of the device."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.remedies import to_local_certificate
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["outcome"] == "open"


@rule(
    code="MCU202",
    view="own_host_names",
    severity="error",
    source=RELEASE_NOTES,
    section="Local certificate",
    grade="doc",
    when={"https": ("on",)},
    needs=("host_name",),
    reference="{host_name}",
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    remedy=to_local_certificate(RemedyKind.REISSUE_WITH_NAMES, "{host_name}"),
    message="the local certificate does not match the host name {host_name} for HTTPS clients. {identity_reason}",
    fix="Have the local certificate issued with every host name of the device in a DNS entry of the subjectAltName.",
    undetermined=_undetermined,
    undetermined_message=(
        "it is undetermined whether HTTPS clients find {host_name} in the local certificate. {identity_reason}"
    ),
)
def host_name_missing(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate does not contain a host name of the device.

    What it checks: each name in [device] host_names is a DNS entry of the subjectAltName, or is covered by a wildcard
    in its complete left-most label, as HTTPS clients compare names (RFC 9525). A missing short name that comes from a
    response of the device, and not from settings.toml, is undetermined, because users might not use it. The rule does
    not apply if HTTPS is off.

    Why it matters: according to the Release Notes, HTTPS clients identify the device by its local certificate. Current
    browsers and systems read only the subjectAltName, never the CN.

    Example: host_names = ["mcu-1.example.com"], and a certificate that has this name only in its CN.

    How to fix: reissue the certificate with every host name that users and systems use for the device.

    References: Release Notes 4.4(3.57), appendix, Local certificate; RFC 9525, sections 2 and 6.3.
    """
    return view["outcome"] == "fail"
