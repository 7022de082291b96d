"""The subjectAltName of the local certificate has neither URI nor DNS entries."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


@rule(
    code="MCU206",
    view="local_names",
    adds=("blocked_common_name",),
    severity="warning",
    source=RELEASE_NOTES,
    section="Outgoing SIP calls",
    grade="inferred",
    slot="local_certificate",
    cause="local certificate of {device_id}",
    message=(
        "{device_id}: the subjectAltName of the local certificate has neither URI nor DNS entries{blocked_common_name}."
    ),
    fix=(
        "Issue the local certificate with the host name and the address in DNS and sip: URI entries of"
        " the subjectAltName."
    ),
)
def san_without_uri_and_dns(view: pd.DataFrame, context: Context) -> pd.Series:
    """The subjectAltName of the local certificate has neither URI nor DNS entries.

    What it checks: a subjectAltName that is present holds at least one URI or DNS entry.

    Why it matters: names are looked for in the URI and DNS fields, and in the CN only if the subjectAltName is not
    present. So one with nothing but other entries hides the CN and offers nothing in its place. The Release Notes do
    not speak of this case; they are taken literally (reading A4), and lax stacks accept the CN all the same.

    Example: a subjectAltName with an iPAddress entry alone, beside CN=mcu-1.example.com.

    How to fix: have it issued with the host name and the address in DNS and sip: URI entries.

    References: Release Notes 4.4(3.57), appendix, Outgoing SIP calls; RFC 5922, section 7.1; reading A4.
    """
    common_names = view["common_names"].str.replace(" ", ", ")
    hidden = ", and it keeps the CN " + common_names + " from being read; lax stacks read it all the same"
    view["blocked_common_name"] = hidden.where(common_names.ne(""), "")
    return view["only_other_names"] == "yes"
