"""The private key does not match the local certificate."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.rule import HTTPS_ARTICLE, Context, rule

_MATCHES: Final = "key matches certificate"
_ONE: Final = "(?:the )?(?:private |local )?(?:key|certificate)"
_IS_NOT_THERE: Final = "missing|absent|not (?:present|found|installed|loaded|uploaded|available)"
_CONTRADICTS: Final = (
    f"(?:{_ONE} )?(?:does not|doesn['’]t) match(?: {_ONE})?|(?:{_ONE} )?mismatch|no (?:private )?key"
    f"|(?:(?:the )?(?:private )?key (?:is )?)?(?:{_IS_NOT_THERE})|none"
)
"""Texts that only say that the key is missing or that it is another one."""


def _folded(view: pd.DataFrame) -> pd.Series:
    return view["private_key"].fillna("").str.split().str.join(" ").str.casefold().str.rstrip(".")


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    words = _folded(view)
    return words.ne(_MATCHES) & ~words.str.fullmatch(_CONTRADICTS)


@rule(
    code="MCU118",
    view="local_certificate_pages",
    adds=("missing_evidence",),
    severity="error",
    source=HTTPS_ARTICLE,
    section="Key matches certificate",
    grade="doc",
    when={"private_key_told": ("yes",)},
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    message='the private key does not match the certificate; the page shows "{private_key}".',
    fix="Upload the certificate together with the key that it was requested for.",
    undetermined=_undetermined,
    undetermined_message=(
        'it is undetermined whether the private key matches the certificate; the page shows "{private_key}".'
    ),
)
def private_key_does_not_match(view: pd.DataFrame, context: Context) -> pd.Series:
    """The private key does not match the local certificate.

    What it checks: the page says "Key matches certificate", in upper or lower case. Text that clearly says that the key
    differs or is missing fails; other text is undetermined. Devices without this text in the export are skipped.

    Why it matters: without the private key of its certificate, the device can offer neither HTTPS nor SIP over TLS.

    How to fix: upload the certificate together with the key that it was requested for, and with the passphrase if the
    key has one.

    References: Cisco article on certifying HTTPS connections.
    """
    view["missing_evidence"] = "settings.toml [ssl_certificates] private_key, as the page words it"
    return _folded(view).str.fullmatch(_CONTRADICTS)
