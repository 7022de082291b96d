"""The view of https feedback receivers: whether the HTTPS trust store has the CA of each."""

from __future__ import annotations

from mcuaudit.devices.receiver_issuer import held_issuer
from mcuaudit.domain.verdict import Verdict
from mcuaudit.predict.connection import advice_columns
from mcuaudit.rules.views.base import Views, of_view, view
from mcuaudit.rules.views.columns import OUTCOMES, text, yes_no
from mcuaudit.rules.views.receivers import receiver_exchanges, receivers
from mcuaudit.rules.views.table import Table, yes_no_of

_ADVICE = ("cause_id", "remedy", "remedy_id")


@view(
    "configured https feedback receiver",
    of_view(receivers),
    yes_no("presents", "The certificate of the receiver is in the export, whether or not it can be read."),
    text("outcome", "Whether the HTTPS trust store has a CA above it; missing if `presents` is no.", OUTCOMES),
    text("reason", "Why, in one sentence."),
    text("readings", "The reading that an open outcome rests on."),
    text("missing_evidence", "File or key that would settle an open outcome."),
    text("cause_id", "Id of the cause; missing if the store has the CA."),
    text("remedy", "What would fix it, in words."),
    text("remedy_id", "Id of the remedy; missing without one."),
)
def receiver_issuers(views: Views) -> Table:
    """One row per configured https feedback receiver, with whether the HTTPS trust store has its CA."""
    found = views.table("receivers")
    found = found.where((uri or "").lower().startswith("https:") for uri in found["uri"])
    authorities = [record for record in views.fleet.certificate_records.values() if record.may_be_ca]
    rows = zip(views.devices_of(found), receiver_exchanges(views, found), found["uri"], strict=True)
    verdicts = [
        held_issuer(device, known[uri].peer, authorities) if uri in known else None for device, known, uri in rows
    ]
    advice = [advice_columns(one) if one else {} for one in verdicts]
    return found.adding(
        presents=yes_no_of(one is not None for one in verdicts),
        outcome=[_of(one, one and one.outcome.value) for one in verdicts],
        reason=[_of(one, one and one.reason) for one in verdicts],
        readings=[_of(one, one and " ".join(one.readings)) for one in verdicts],
        missing_evidence=[_of(one, one and one.missing_evidence) for one in verdicts],
        **{name: [cells.get(name) or None for cells in advice] for name in _ADVICE},
    )


def _of(verdict: Verdict | None, cell: str | None) -> str | None:
    return cell or None if verdict else None
