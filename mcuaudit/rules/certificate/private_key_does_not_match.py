"""The private key does not match the local certificate."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.rules.rule import HTTPS_ARTICLE, Context, rule

_MATCHES: Final = "key matches certificate"
_ONE: Final = "(?:the )?(?:private |local )?(?:key|certificate)"
_IS_NOT_THERE: Final = "missing|absent|not (?:present|found|installed|loaded|uploaded|available)"
_CONTRADICTS: Final = (
    f"(?:{_ONE} )?(?:does not|doesn['’]t) match(?: {_ONE})?|(?:{_ONE} )?mismatch|no (?:private )?key"
    f"|(?:(?:the )?(?:private )?key (?:is )?)?(?:{_IS_NOT_THERE})|none"
)
"""Texts that say plainly, and say nothing else, that there is no key or another one."""


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
    cause="local certificate of {device_id}",
    message='{device_id}: the page says of the private key "{private_key}".',
    fix="Upload the certificate together with the key that it was requested for.",
    undetermined=_undetermined,
    undetermined_message=(
        '{device_id}: whether the private key matches the certificate is undetermined; the export says "{private_key}".'
    ),
)
def private_key_does_not_match(view: pd.DataFrame, context: Context) -> pd.Series:
    """The private key does not match the local certificate.

    What it checks: the page says "Key matches certificate", in whatever case. Words that say plainly that the key
    differs or is missing fail, others are undetermined. Devices whose page was not written down are passed over.

    Why it matters: without the key to its certificate the device can serve neither HTTPS nor SIP over TLS.

    How to fix: upload the certificate together with the key that it was requested for, and its passphrase if it has
    one.

    References: Cisco article on certifying HTTPS connections.
    """
    view["missing_evidence"] = "settings.toml [ssl_certificates] private_key, as the page words it"
    return _folded(view).str.fullmatch(_CONTRADICTS)
