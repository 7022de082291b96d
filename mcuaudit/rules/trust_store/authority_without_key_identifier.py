"""A CA certificate in a trust store lacks its key identifiers."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import from_view
from mcuaudit.rules.rule import Context, rule
from mcuaudit.rules.texts import columns_from_view


def _unread(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["key_identifiers_unread"] != ""


@rule(
    code="MCU315",
    view="store_profiles",
    adds=("missing_evidence",),
    texts=columns_from_view(missing_evidence="file"),
    severity="note",
    source="RFC 5280",
    section="4.2.1.1 and 4.2.1.2",
    grade="doc",
    cause=from_view("store_cause_id"),
    message="{file}: of the CA certificates in the {store_title}, {key_identifiers}.",
    fix=(
        "Ask the CA for a certificate with both key identifiers; until then, keep no other CA of the same name in the "
        "{store_title}."
    ),
    undetermined=_unread,
    undetermined_message=(
        "{file}: it is undetermined whether the CA certificates in the {store_title} have key identifiers: "
        "{key_identifiers_unread}."
    ),
)
def authority_without_key_identifier(view: pd.DataFrame, context: Context) -> pd.Series:
    """A CA certificate in a trust store lacks its key identifiers.

    What it checks: every CA certificate in a trust store has a subjectKeyIdentifier, and, unless it is self-signed, an
    authorityKeyIdentifier with a keyIdentifier. The finding names the certificates of one file. Version 1 certificates
    have no extensions; MCU306 reports them.

    Why it matters: after a CA has changed its key, two certificates have the same name. Verifiers choose by the key
    identifiers; without them they may try the wrong one, and not every verifier tries the other (reading A19).

    How to fix: ask the CA for a certificate with both extensions.

    References: RFC 5280, sections 4.2.1.1 and 4.2.1.2; reading A19.
    """
    return view["key_identifiers"] != ""
