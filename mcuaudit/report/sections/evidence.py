"""The basis of the audit: evidence in the export and missing, readings, and problems."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final

import pandas as pd

from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.readings import READINGS
from mcuaudit.frames.containers import Audit
from mcuaudit.report.html import Html, code, element, join, paragraph, selectable, small
from mcuaudit.report.sections.anchors import reading_anchor
from mcuaudit.report.table import ROWS_SHOWN, Row, csv_link, shown_of, table
from mcuaudit.summary.gaps import collect_next, settles_cell
from mcuaudit.system import limited_worker
from mcuaudit.system.isolation import has_network
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import listed, problem_words, said, short_date, short_hash

LIMITS: Final = (
    "This audit covers certificates only. Cisco's documentation does not describe the TLS versions and ciphers of the "
    "devices. An accepted connection therefore means only that both sides accept the certificates; a call may still "
    "fail."
)
_ASIDE: Final = (
    ("Local certificates", "local_certificate"),
    ("SIP trust stores", "sip_trust_store"),
    ("HTTPS trust stores", "https_trust_store"),
)
_KIND_TITLES: Final = {
    "local_certificate": "local certificate",
    "sip_trust_store": "SIP trust store",
    "https_trust_store": "HTTPS trust store",
    "call_home_trust_store": "Call Home trust store",
}


_STATE_WORDS: Final = {"typed": "by hand"}


def evidence_aside(audit: Audit, gaps: pd.DataFrame | str) -> Html:
    """The evidence that is in the export, and what to collect next."""
    total = len(audit.devices)
    rows = [(title, int(audit.devices[f"{slot}_state"].isin(["present", "empty"]).sum())) for title, slot in _ASIDE]
    present = audit.evidence[~audit.evidence["state"].isin(["missing", "damaged"])]
    for title, kind in (("Settings", "settings"), ("Peers", "peers")):
        rows.append((title, present.loc[present["kind"].eq(kind), "device_id"].nunique()))
    terms = (join((element("dt", title), element("dd", f"{number:,} of {total:,}"))) for title, number in rows)
    return element(
        "aside",
        element("h3", "Evidence"),
        element("dl", *terms),
        _collect_next(audit, gaps),
        aria_label="Evidence in the export",
    )


def _collect_next(audit: Audit, gaps: pd.DataFrame | str) -> Html:
    """The missing or damaged file or key that would settle most undetermined connections, in a sentence."""
    undetermined = int(audit.connections["outcome"].eq(Outcome.OPEN).sum())
    evidence, words = collect_next(gaps, undetermined)
    return paragraph("Collect next: ", code(evidence), words) if evidence else paragraph(words)


def gaps_table(gaps: pd.DataFrame | str, name: str) -> Html:
    """What to collect, and what it would settle; nothing if there is no gap."""
    if isinstance(gaps, str):
        return paragraph(gaps)
    if gaps.empty:
        return join(())
    rows = [
        Row(
            (
                code(row["evidence"]),
                settles_cell(row),
                row["settles_together"] if row["settles_together"] else "",
                listed(split_names(row["devices"])),
                join((said(row["page"]), small(row["not_applied"]) if said(row["not_applied"]) else None)),
            )
        )
        for row in gaps.head(ROWS_SHOWN).astype(object).where(gaps.head(ROWS_SHOWN).notna(), None).to_dict("records")
    ]
    caption = join(
        (
            f"{shown_of(len(rows), len(gaps), 'gap')}: files and keys that connections or findings lack. Each that "
            "undetermined connections lack was filled in with each value that it could have; 2 to 5 settles 2 "
            "connections with each value and 5 with the best. ",
            csv_link(gaps, f"{name}-gaps", "Download CSV"),
        )
    )
    columns = ("File or key", "Settles", "Only together", "Devices", "Where it is found")
    return table(caption, columns, rows, label="What to collect")


def scope(audit: Audit, zone: tzinfo, name: str, *, with_site: bool) -> Html:
    """The evidence per device: read, entered by hand, inherited or missing, with its digest and the date."""
    evidence = audit.evidence.sort_values(["device_id", "kind"], kind="stable")
    if evidence.empty:
        return paragraph("Nothing was read.")
    gathered = audit.devices.set_index("device_id")["collected_at"]
    devices = evidence["device_id"].drop_duplicates()
    rows = [
        _device_row(evidence[evidence["device_id"].eq(device)], gathered.get(device), zone, with_site)
        for device in devices.head(ROWS_SHOWN)
    ]
    caption = join(
        (
            f"{shown_of(len(rows), len(devices), 'device')}, {plural(len(evidence), 'piece')} of evidence; "
            "each file is listed with the first 8 digits of its SHA-256. ",
            csv_link(evidence, f"{name}-evidence", "Download CSV with full digests"),
        )
    )
    columns = ("Device", "Date", "From the device or entered by hand", "Inherited", "Missing or damaged")
    return table(caption, columns, rows, label="Scope and evidence")


def _device_row(evidence: pd.DataFrame, gathered: object, zone: tzinfo, with_site: bool) -> Row:
    first = evidence.iloc[0]
    states = evidence["state"].astype(str)

    def files(*wanted: str) -> object:
        chosen = evidence[states.isin(wanted)]
        return join((_file(row, len(wanted) > 1) for _, row in chosen.iterrows())) if len(chosen) else "none"

    return Row(
        (
            first["device_id"] if with_site else first["device"],
            short_date(gathered, zone) or "no date",
            files("read", "typed"),
            files("inherited"),
            files("missing", "damaged"),
        )
    )


def _file(row: pd.Series, with_state: bool) -> Html:
    title = _KIND_TITLES.get(row["kind"], row["kind"])
    digits = short_hash(row["sha256"])
    state = f" ({_STATE_WORDS.get(row['state'], row['state'])})" if with_state and row["state"] != "read" else ""
    return element("div", f"{title}{state} ", code(digits) if digits else None, class_="piece")


def digests(audit: Audit, name: str) -> Html:
    """The SHA-256 of each file of evidence, as `sha256sum --check` reads them."""
    found = audit.evidence.dropna(subset=["file", "sha256"]).drop_duplicates("file").sort_values("file")
    if found.empty:
        return paragraph("Nothing was read.")
    shown = found.head(ROWS_SHOWN)
    words = join(
        (
            f"{shown_of(len(shown), len(found), 'file')}. Copy the lines to a file, and run ",
            code("sha256sum --check FILE"), " in the directory of the export. ",
            csv_link(found[["sha256", "file"]], f"{name}-digests", "Download CSV"),
        )
    )  # fmt: skip
    lines = (f"{sha256}  {file}" for sha256, file in zip(shown["sha256"], shown["file"], strict=True))
    return join((paragraph(words), selectable(lines)))


def readings(audit: Audit) -> Html:
    """The readings in use, what the audit reports for each, and the number of connections that depend on it."""
    used = audit.connections["readings"].fillna("").str.split().explode().dropna()
    sentence = paragraph(LIMITS)
    if used.empty:
        return join((sentence, paragraph("No outcome depends on a reading.")))
    undetermined = audit.connections["outcome"].eq(Outcome.OPEN)
    counted = used.value_counts()
    open_ones = used[undetermined.reindex(used.index)].value_counts()
    rows = [
        Row(
            (
                reading,
                READINGS.get(reading, ("", ""))[0],
                READINGS.get(reading, ("", ""))[1],
                f"{counted[reading]:,}",
                f"{open_ones.get(reading, 0):,}",
            ),
            anchor=reading_anchor(reading),
        )
        for reading in sorted(counted.index, key=_reading_order)
    ]
    columns = ("Reading", "Open question", "What is reported", "Connections", "Undetermined")
    caption = (
        f"{plural(len(rows), 'reading applies', 'readings apply')}; the table shows how many connections depend on "
        f"{'it' if len(rows) == 1 else 'each of them'}. A reading is the "
        "interpretation that mcuaudit uses where Cisco's documentation leaves a question open."
    )
    return join((sentence, table(caption, columns, rows, label="Readings in use")))


def _reading_order(reading: str) -> tuple[int, str]:
    digits = reading.removeprefix("A")
    return (int(digits) if digits.isdigit() else 10_000, reading)


def problems_table(audit: Audit, name: str) -> Html:
    """Files and values that could not be used."""
    problems = audit.problems
    if problems.empty:
        return paragraph("There are no problems: every file was read.")
    shown = problems.head(ROWS_SHOWN)
    rows = [
        Row(
            (
                code(said(row["file"], "the export")),
                problem_words(row["kind"], row["file"], row["where"]),
                join((row["reason"], small(row["where"]) if said(row["where"]) else None)),
            )
        )
        for _, row in shown.iterrows()
    ]
    caption = join(
        (
            f"{shown_of(len(shown), len(problems), 'problem')}; everything else was audited. ",
            csv_link(problems, f"{name}-problems", "Download CSV"),
        )
    )
    return table(caption, ("File", "Kind", "What was found"), rows, label="Problems")


def _in_force(is_in_force: bool) -> str:
    return "in force" if is_in_force else "not in force on this system"


def provenance(audit: Audit) -> Html:
    """The input, time and versions that give the same result again."""
    facts = [
        ("Audited as of", audit.at.isoformat()),
        ("Export", audit.fleet.source or "not recorded"),
        ("SHA-256 of the input", audit.fleet.input_sha256 or "not recorded"),
        ("Audit", audit.audit_id),
        *([("Redacted with key", audit.fleet.redacted)] if audit.fleet.redacted else []),
        *((name, version) for name, version in audit.versions.items()),
        ("Isolation of this page's process from the network", _in_force(not has_network())),
        ("Limits of time and memory for large files, where this page was made", _in_force(limited_worker.IN_FORCE)),
    ]
    return element(
        "dl", *(join((element("dt", term), element("dd", code(value)))) for term, value in facts), class_="facts flow"
    )
