"""The local certificate does not carry a host name of the device."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import LOCAL_CERTIFICATE
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
    message="HTTPS clients do not find {host_name} in the local certificate. {identity_reason}",
    fix="Issue the local certificate with every host name of the device in a DNS entry of the subjectAltName.",
    undetermined=_undetermined,
    undetermined_message=(
        "whether HTTPS clients find {host_name} in the local certificate is undetermined. {identity_reason}"
    ),
)
def host_name_missing(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate does not carry a host name of the device.

    What it checks: each name in [device] host_names stands in a DNS entry of the subjectAltName, or is covered by a
    wildcard as its complete left-most label, as HTTPS clients compare (RFC 9525). A short name that the device tells of
    itself, and that nobody wrote down, is undetermined where it is missing: people may not use it. Without HTTPS the
    rule does not apply.

    Why it matters: the Release Notes want the local certificate to be identified by HTTPS clients. Today's browsers
    and systems read the subjectAltName alone, never the CN.

    Example: host_names = ["mcu-1.example.com"], and a certificate with that name in the CN only.

    How to fix: have it issued with every host name by which people and systems reach the device.

    References: Release Notes 4.4(3.57), appendix, Local certificate; RFC 9525, sections 2 and 6.3.
    """
    return view["outcome"] == "fail"
