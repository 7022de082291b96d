"""The local certificate is not valid yet."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.remedies import to_device
from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU104",
    view="local_certificates",
    severity="error",
    source="RFC 5280",
    section="4.1.2.5 and 6.1.3",
    grade="doc",
    needs=("not_before",),
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    remedy=to_device(RemedyKind.CHECK_CLOCK),
    message="the local certificate is not valid before {not_before}.",
    fix="Check the clocks of the issuing CA and of the device. Have the certificate reissued if its date is wrong.",
)
def not_yet_valid(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate is not valid yet.

    What it checks: the time of the audit is not before notBefore.

    Why it matters: until then, every party that verifies the MCU refuses its certificate. The usual reason is a wrong
    clock at the CA.

    How to fix: check the clocks, and have the certificate reissued if its date is wrong.

    References: RFC 5280, sections 4.1.2.5 and 6.1.3.
    """
    return view["not_before"] > context.at
