"""The local certificate has names that are not valid host names."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU116",
    view="local_names",
    severity="warning",
    source="RFC 5280",
    section="4.2.1.6",
    grade="doc",
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    message="the local certificate has invalid names: {odd_names}.",
    fix="Have the certificate reissued with valid host names, internationalised ones as A-labels (xn--...).",
)
def odd_names(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate has names that are not valid host names.

    What it checks: DNS entries, and the hosts of SIP and HTTP URIs, are addresses or valid host names: labels of 1 to
    63 letters, digits and hyphens, at most 253 characters, no dot at the end. Underscores are accepted, because devices
    use them. MCU207 checks wildcards. A CN can be free text, so it is checked only if it looks like a host name. NUL
    and invisible characters are reported in every name.

    Why it matters: a party that follows the standards does not match such a name, and some parties match a wrong one:
    for some programs a NUL ends the text, and a trailing space or zero-width character cannot be seen. Messages show
    odd characters as \\xNN.

    Example: the DNS entry mcu-1.example.com\\x20 ends with a space that was copied from a web page.

    How to fix: have the certificate reissued with valid host names.

    References: RFC 5280, section 4.2.1.6; RFC 1034, section 3.5; RFC 1123, section 2.1.
    """
    return view["odd_names"] != ""
