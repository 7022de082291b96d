"""The view of local certificates beside the Expressways of their devices."""

from __future__ import annotations

from mcuaudit.devices.device import Device
from mcuaudit.devices.expressways import is_expressway, unread_of
from mcuaudit.domain.answer import Answer
from mcuaudit.rules.views.base import Views, of_view, view
from mcuaudit.rules.views.certificates import readable_local_certificates
from mcuaudit.rules.views.columns import text, yes_no_open
from mcuaudit.rules.views.table import Table
from mcuaudit.rules.views.words import some_of


@view(
    "device whose local certificate can be read",
    of_view(readable_local_certificates),
    yes_no_open(
        "has_expressway", "A SIP peer is an Expressway; open if the product or standard of one cannot be read."
    ),
    text("expressways", "These peers, in words; those that may be one if that is open."),
    text("missing_evidence", "What cannot be read and would say so."),
)
def beside_expressways(views: Views) -> Table:
    """One row per device whose local certificate can be read, with the Expressways among its SIP peers."""
    found = views.table("readable_local_certificates")
    rows = [_expressways(device) for device in views.devices_of(found)]
    return found.adding(
        has_expressway=[answer.value for answer, _, _ in rows],
        expressways=[names for _, names, _ in rows],
        missing_evidence=[evidence or None for _, _, evidence in rows],
    )


def _expressways(device: Device) -> tuple[Answer, str, str]:
    for answer in (Answer.YES, Answer.OPEN):
        found = [peer for peer in device.peers if is_expressway(peer) is answer]
        if found:
            return answer, some_of(peer.name for peer in found), unread_of(found[0]) if answer is Answer.OPEN else ""
    return Answer.NO, "", ""
