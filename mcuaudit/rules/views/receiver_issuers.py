"""The view of https feedback receivers: whether the HTTPS trust store has the CA of each."""

from __future__ import annotations

from mcuaudit.devices.receiver_issuer import held_issuer
from mcuaudit.predict.connection import advice_columns
from mcuaudit.rules.views.base import Views, of_view, view
from mcuaudit.rules.views.columns import OUTCOMES, text, yes_no
from mcuaudit.rules.views.receivers import receiver_exchanges, receivers
from mcuaudit.rules.views.table import Table, yes_no_of

_OF_VERDICT = ("outcome", "reason", "readings", "missing_evidence")
_ADVICE = ("cause_id", "remedy", "remedy_id")


@view(
    "configured https feedback receiver",
    of_view(receivers),
    yes_no("presents", "The certificate of the receiver is in the export, whether or not it can be read."),
    text("outcome", "Whether the HTTPS trust store has a CA above it; missing if `presents` is no.", OUTCOMES),
    text("reason", "Why, in one sentence."),
    text("readings", "The reading that an open outcome depends on."),
    text("missing_evidence", "File or key that would settle an open outcome."),
    text("cause_id", "Id of the cause; missing if the store has the CA."),
    text("remedy", "What would fix it, in words."),
    text("remedy_id", "Id of the remedy; missing without one."),
)
def receiver_issuers(views: Views) -> Table:
    """One row per configured https feedback receiver, with whether the HTTPS trust store has its CA."""
    found = views.table("receivers")
    found = found.where((uri or "").lower().startswith("https:") for uri in found["uri"])
    records = views.fleet.certificate_records
    authorities = [records[sha256] for sha256 in sorted(records) if records[sha256].may_be_ca]
    rows = zip(views.devices_of(found), receiver_exchanges(views, found), found["uri"], strict=True)
    verdicts = [
        held_issuer(device, known[uri].peer, authorities) if uri in known else None for device, known, uri in rows
    ]
    advice = [advice_columns(one) if one else {} for one in verdicts]
    cells = [
        (one.outcome.value, one.reason or None, " ".join(one.readings) or None, one.missing_evidence or None)
        if one
        else (None, None, None, None)
        for one in verdicts
    ]
    return found.adding(
        presents=yes_no_of(one is not None for one in verdicts),
        **{name: [row[place] for row in cells] for place, name in enumerate(_OF_VERDICT)},
        **{name: [words.get(name) or None for words in advice] for name in _ADVICE},
    )
