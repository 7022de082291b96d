"""The device's page does not show the certificate that is in the export."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import LOCAL_CERTIFICATE_FILE
from mcuaudit.rules.remedies import to_export
from mcuaudit.rules.rule import MAINTENANCE_MANUAL, Context, rule

_COLUMNS: Final = (
    "shown_subject", "subject", "shown_issuer", "issuer", "shown_issued", "not_before", "shown_expires", "not_after",
)  # fmt: skip
_SAME, _OTHER, _NOT_COMPARABLE = "same", "other", "not comparable"
_ATTRIBUTE: Final = re.compile(r"(?:^|[,/;+\s])\s*([A-Za-z]{1,32})\s*=")
_KNOWN: Final = {
    "CN": "CN", "COMMONNAME": "CN", "O": "O", "ORGANIZATIONNAME": "O", "OU": "OU", "ORGANIZATIONALUNITNAME": "OU",
    "C": "C", "COUNTRYNAME": "C", "L": "L", "LOCALITYNAME": "L", "ST": "ST", "S": "ST", "STATEORPROVINCENAME": "ST",
    "DC": "DC", "UID": "UID",
}  # fmt: skip
"""Names of attributes, as pages and RFC 4514 write them."""


def _folded(value: str) -> str:
    return " ".join(value.split()).casefold()


def _attributes(name: str) -> dict[str, set[str]]:
    """The values of a name by attribute, in any order and with any separators."""
    found: dict[str, set[str]] = {}
    for mark, following in pairwise([*_ATTRIBUTE.finditer(name), None]):
        if mark is None:
            break
        value = name[mark.end() : following.start() if following else len(name)]
        kind = _KNOWN.get(mark[1].upper(), mark[1].upper())
        found.setdefault(kind, set()).add(_folded(re.sub(r"\\(.)", r"\1", value).strip(' ",;/')))
    return found


def _compared_names(shown: str, told: str) -> str:
    """The page may omit attributes and write them in any order; those that it shows must match."""
    known = _attributes(told)
    shown_attributes = _attributes(shown)
    if not shown_attributes:
        return _SAME if _folded(shown) in known.get("CN", set()) else _NOT_COMPARABLE
    comparable = {kind: values for kind, values in shown_attributes.items() if kind in _KNOWN.values()}
    if any(not values <= known.get(kind, set()) for kind, values in comparable.items()):
        return _OTHER
    return _SAME if comparable else _NOT_COMPARABLE


def _compared_times(shown: str, told: pd.Timestamp) -> str:
    """By the day; a page that shows local time may be one day off."""
    days = abs((pd.Timestamp(shown).tz_convert("UTC").normalize() - told.normalize()).days)
    return _SAME if days == 0 else _NOT_COMPARABLE if days == 1 else _OTHER


def _compared(row: Mapping[str, Any]) -> dict[str, str]:
    """Field → same, other or not comparable, for the fields that the page shows."""
    shown = {field: row[f"shown_{field}"] for field in ("subject", "issuer", "issued", "expires")}
    shown = {field: value for field, value in shown.items() if isinstance(value, str) and value.strip()}
    names = {field: _compared_names(shown[field], row[field]) for field in ("subject", "issuer") if field in shown}
    days = {"issued": row["not_before"], "expires": row["not_after"]}
    return names | {field: _compared_times(shown[field], day) for field, day in days.items() if field in shown}


def _with(result: str, fields: Mapping[str, str]) -> str:
    return " and ".join(field for field, found in fields.items() if found == result)


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["not_comparable"] != ""


@rule(
    code="MCU119",
    view="local_certificate_pages",
    adds=("differs", "not_comparable", "missing_evidence"),
    severity="warning",
    source=MAINTENANCE_MANUAL,
    section="Local certificate",
    grade="inferred",
    when={"page_known": ("yes",)},
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE_FILE,
    remedy=to_export(RemedyKind.EXPORT_AGAIN, "{device_id}/local-certificate.pem"),
    message="the page does not show the certificate in local-certificate.pem; it differs in {differs}.",
    fix="Export the certificate again, or correct [ssl_certificates.shown] in settings.toml.",
    undetermined=_undetermined,
    undetermined_message=(
        "it is undetermined whether the page shows the certificate in local-certificate.pem:"
        " {not_comparable} cannot be compared."
    ),
)
def differs_from_page(view: pd.DataFrame, context: Context) -> pd.Series:
    """The device's page does not show the certificate that is in the export.

    What it checks: subject, issuer, issue date and expiry date in [ssl_certificates.shown] match local-certificate.pem.
    In names, order, case, spaces and missing attributes are ignored. Only the dates are compared, not the times. A name
    that cannot be parsed, or a date that is off by one day (which local time can cause), is undetermined.

    Why it matters: one of the two is out of date. If it is the file, the audit evaluates a certificate that the device
    no longer presents. This follows from the comparison; no document describes it.

    How to fix: export the certificate again, or correct the values in [ssl_certificates.shown].

    References: Maintenance Manual 4.5, Local certificate.
    """
    told = view[list(_COLUMNS)][view["page_known"].eq("yes")]
    rows = zip(told.index, told.itertuples(index=False, name=None), strict=True)
    compared = {index: _compared(dict(zip(_COLUMNS, row, strict=True))) for index, row in rows}
    for column, result in (("differs", _OTHER), ("not_comparable", _NOT_COMPARABLE)):
        view[column] = pd.Series([_with(result, compared.get(index, {})) for index in view.index], index=view.index)
    view["missing_evidence"] = "settings.toml [ssl_certificates.shown], exactly as the page shows it"
    return view["differs"] != ""
