"""The head of a page: context, verdict in one sentence, outcomes as a bar, and the next connection to fail."""

from __future__ import annotations

from datetime import tzinfo

from mcuaudit.domain.connections import ConnectionType
from mcuaudit.frames.containers import Audit
from mcuaudit.report.html import Html, anchor, element, join, link, paragraph
from mcuaudit.report.outcome_bar import outcome_bar
from mcuaudit.summary.changes import better_and_worse
from mcuaudit.summary.policy_effects import policy_effects
from mcuaudit.summary.urgency import Stop, first_stop
from mcuaudit.summary.verdict import UNDETERMINED_MEANS, evidence_dates, verdict
from mcuaudit.triage.counting import Counts, count
from mcuaudit.wording.numbers import plural, spelled
from mcuaudit.wording.phrases import CALLED, REDACTED, long_date, said, time_of_day


def head(audit: Audit, name: str, zone: tzinfo, *, with_site: bool) -> Html:
    """Context line, heading, what became better and worse, bar and the next connection to fail."""
    counts = count(audit.connections, audit.administration)
    return join(
        (
            paragraph(context(audit, name, zone), class_="context"),
            paragraph(REDACTED, class_="soft") if audit.fleet.redacted else None,
            element("h1", verdict(name, counts)),
            _since_the_baseline(audit, zone, with_site=with_site),
            outcome_bar(counts),
            _remarks(counts),
            _policy(audit),
            first_to_stop(first_stop(audit), zone, with_site=with_site),
        )
    )


def _since_the_baseline(audit: Audit, zone: tzinfo, *, with_site: bool) -> Html | None:
    """What became better and worse, with the lock-outs that ended or began; None without a baseline."""
    if audit.comparison is None:
        return None
    return paragraph(element("strong", better_and_worse(audit.comparison, zone, with_site=with_site)))


def context(audit: Audit, name: str, zone: tzinfo) -> str:
    """What the page is about, as of when, and by which version."""
    version = audit.versions.get("mcuaudit", "")
    parts = (
        name,
        f"as of {time_of_day(audit.at, zone)}",
        evidence_dates(audit, zone),
        f"audit {audit.audit_id}",
        f"mcuaudit {version}".strip(),
    )
    return " · ".join(parts)


def _remarks(counts: Counts) -> Html:
    possible = plural(counts.possible, "connection is", "connections are") if counts.possible else "No connections are"
    sentences = [f"{possible} possible."]
    if counts.not_applicable:
        verb = "is" if counts.not_applicable == 1 else "are"
        sentences.append(f"{counts.not_applicable:,} more {verb} ruled out by the current services and settings.")
    if counts.maybe_locked_out:
        # The heading names those that cannot be administered.
        others = spelled(counts.maybe_locked_out, "other MCU" if counts.locked_out else "MCU")
        if counts.locked_out and counts.maybe_locked_out == 1:
            others = "another MCU"
        sentences.append(f"Whether {others} can be administered is undetermined.")
    if counts.undetermined or counts.maybe_locked_out:
        sentences.append(UNDETERMINED_MEANS)
    return paragraph(" ".join(sentences), class_="soft")


def _policy(audit: Audit) -> Html:
    """What the policy takes out of the page; nothing if it takes nothing."""
    effects = policy_effects(audit)
    return paragraph(f"The policy {effects}.", class_="soft") if effects else join(())


def first_to_stop(stop: Stop | None, zone: tzinfo, *, with_site: bool) -> Html:
    """The next connections to fail, when and why, in one sentence."""
    if stop is None:
        return paragraph("No accepted connection has a known expiry date.")
    connection = stop.connection
    device = said(connection["device"])
    # The page of the fleet has a row per site, not per device.
    where = f"{device} ({connection['site']})" if with_site else link(anchor("device", connection["device_id"]), device)
    whose = {
        "local": "when its certificate expires",
        "peer": f"when the certificate of {connection['peer']} expires",
        "authority": "when a CA certificate of its path expires",
    }[stop.expired_certificate]
    others = (
        f"; {plural(stop.others, 'other connection fails', 'other connections fail')} at the same time"
        if stop.others
        else ""
    )
    called = CALLED[ConnectionType(connection["connection_type"])]
    return paragraph(
        "Next accepted connection to fail: ",
        element("strong", long_date(stop.moment, zone)),
        join((f", {called} of ", where, f", {whose}{others}.")),
    )
