"""The local certificate holds names that no host can have."""

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
    message="names of the local certificate are odd: {odd_names}.",
    fix="Have it issued again with plain host names, internationalised ones as A-labels (xn--...).",
)
def odd_names(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate holds names that no host can have.

    What it checks: DNS entries and the hosts of SIP and HTTP URIs are addresses or host names: labels of 1 to 63
    letters, digits and hyphens, 253 characters in all, no dot at the end. Underscores are accepted, as devices have
    them; wildcards are the subject of MCU207. A CN may be free text, so it is judged only where it looks like a host
    name; NUL and invisible characters are reported in any name.

    Why it matters: no party that follows the standards matches such a name, and some match the wrong one: a NUL ends
    a text for some programs, and a space or an invisible character goes unseen. Odd characters are shown as \\xNN.

    Example: the DNS entry mcu-1.example.com\\x20 holds a space, copied with the name from a page.

    How to fix: have it issued again with plain host names.

    References: RFC 5280, section 4.2.1.6; RFC 1034, section 3.5; RFC 1123, section 2.1.
    """
    return view["odd_names"] != ""
