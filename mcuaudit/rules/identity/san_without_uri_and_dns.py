"""The subjectAltName of the local certificate has neither URI nor DNS entries."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


def _texts(view: pd.DataFrame, context: Context) -> None:
    common_names = view["common_names"].str.replace(" ", ", ")
    hidden = "; this hides the CN " + common_names + ", although lenient TLS stacks still read it"
    view["blocked_common_name"] = hidden.where(common_names.ne(""), "")


@rule(
    code="MCU206",
    view="local_names",
    adds=("blocked_common_name",),
    texts=_texts,
    severity="warning",
    source=RELEASE_NOTES,
    section="Outgoing SIP calls",
    grade="inferred",
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    message=("the subjectAltName of the local certificate has neither URI nor DNS entries{blocked_common_name}."),
    fix=(
        "Have the local certificate issued with the host name and the address in DNS and sip: URI entries of"
        " the subjectAltName."
    ),
)
def san_without_uri_and_dns(view: pd.DataFrame, context: Context) -> pd.Series:
    """The subjectAltName of the local certificate has neither URI nor DNS entries.

    What it checks: a subjectAltName, if present, contains at least one URI or DNS entry.

    Why it matters: names are looked for in the URI and DNS fields, and in the CN only if there is no subjectAltName. A
    subjectAltName with only other entries therefore hides the CN and offers no name in its place. The Release Notes do
    not mention this case; they are taken literally (reading A4). Lenient TLS stacks still accept the CN.

    Example: a subjectAltName with only an iPAddress entry, beside CN=mcu-1.example.com.

    How to fix: reissue the certificate with the host name and the address in DNS and sip: URI entries.

    References: Release Notes 4.4(3.57), appendix, Outgoing SIP calls; RFC 5922, section 7.1; reading A4.
    """
    return view["only_other_names"] == "yes"
