"""The private key does not match the local certificate."""

from __future__ import annotations

import pandas as pd

from mcuaudit.devices.private_key import EVIDENCE, key_matches
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.remedies import to_local_certificate
from mcuaudit.rules.rule import HTTPS_ARTICLE, Context, rule


def _said(view: pd.DataFrame, answer: Answer) -> pd.Series:
    return view["private_key"].fillna("").map(key_matches).eq(answer)


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    return _said(view, Answer.OPEN)


def _texts(view: pd.DataFrame, context: Context) -> None:
    view["missing_evidence"] = EVIDENCE


@rule(
    code="MCU118",
    view="local_certificate_pages",
    adds=("missing_evidence",),
    texts=_texts,
    severity="error",
    source=HTTPS_ARTICLE,
    section="Key matches certificate",
    grade="doc",
    when={"private_key_known": ("yes",)},
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    remedy=to_local_certificate(RemedyKind.UPLOAD_WITH_KEY),
    message='the private key does not match the certificate; the page shows "{private_key}".',
    fix="Upload the certificate together with the private key used for its certificate request.",
    undetermined=_undetermined,
    undetermined_message=(
        'it is undetermined whether the private key matches the certificate; the page shows "{private_key}".'
    ),
)
def private_key_does_not_match(view: pd.DataFrame, context: Context) -> pd.Series:
    """The private key does not match the local certificate.

    What it checks: the page says "Key matches certificate", in upper or lower case. Text that clearly says that the key
    differs or is missing fails; other text is undetermined. Devices without this text in the export are skipped.

    Why it matters: without the private key of its certificate, the device can offer neither HTTPS nor SIP over TLS:
    each of its TLS connections fails.

    How to fix: upload the certificate together with the private key used for its certificate request, and with the
    passphrase if the key has one.

    References: Cisco article on certifying HTTPS connections.
    """
    return _said(view, Answer.NO)
