"""The CN of a client certificate differs from a user name only in case, spaces or Unicode form."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import PEER_CERTIFICATE
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["similar_user"] != ""


@rule(
    code="MCU211",
    view="peer_certificates",
    severity="warning",
    source=RELEASE_NOTES,
    section="Client certificate security",
    grade="open",
    when={"common_name_is_compared": ("yes",)},
    reference="{peer}",
    cause=PEER_CERTIFICATE,
    message=(
        'the CN of {peer} differs from the user name "{similar_user}" only in case, spaces or Unicode form; it is'
        " undetermined whether the certificate logs that user in."
    ),
    fix="Rename the user, or have the certificate of {peer} reissued, so that both have the same spelling.",
    undetermined=_undetermined,
    reading="A9",
)
def login_name_differs_in_case(view: pd.DataFrame, context: Context) -> pd.Series:
    """The CN of a client certificate differs from a user name only in case, spaces or Unicode form.

    What it checks: with certificate-based authentication allowed or required, the CN of the certificate of a web or API
    user does not match a user of the device except for case, spaces or Unicode form. If users or certificates are not
    in the export, MCU503 and MCU504 name what is missing.

    Why it matters: the CN must be equal to a stored user name. User names of the API are case-sensitive, so an exact
    comparison is assumed, but no document says so. The outcome is undetermined (reading A9). Where certificate-based
    authentication is allowed and not required, the user can still log in with a password.

    Example: CN=kari.nordmann, and the user Kari.Nordmann.

    How to fix: use the same spelling for the user and the CN.

    References: Release Notes 4.4(3.57), appendix; API Reference Guide 2.8 to 2.11, authentication; reading A9.
    """
    return pd.Series(False, index=view.index)
