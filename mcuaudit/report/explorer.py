"""The explorer: every connection with its proof and every certificate with its paths, to filter, in one HTML file."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import Final

import pandas as pd

from mcuaudit.frames.containers import Audit
from mcuaudit.report.execute import page_of
from mcuaudit.report.html import Html, anchor, code, element, folded, join, paragraph
from mcuaudit.report.outcome_bar import outcome_bar
from mcuaudit.report.pages import fleet_name, site_title
from mcuaudit.report.sections.certificate_cards import CertificateCards, expiry_days, places_by_digest, with_links
from mcuaudit.report.sections.device_cards import Cards
from mcuaudit.report.sections.verdict import context
from mcuaudit.summary.urgency import urgency
from mcuaudit.summary.verdict import verdict
from mcuaudit.system.arguments import path_given
from mcuaudit.system.files import write_whole
from mcuaudit.triage.counting import count
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import REDACTED, listed, long_date

WITH_STEPS: Final = 1_500_000
"""Bytes of the cards of devices that have the steps of each connection, the most urgent devices first."""
OF_DEVICES: Final = 2_500_000
"""Bytes of all cards of devices; further devices are named."""
OF_CERTIFICATES: Final = 1_000_000
"""Bytes of the cards of certificates, those first that end first."""
_HOW_TO_READ: Final = (
    "Each device opens to its certificate, the settings that decide, and its connections; each connection that is not "
    "accepted opens to its steps. The digest of a certificate leads to its card, with the paths to each trust store. "
    "Connections of a device that are alike share a line; those that the settings rule out are not listed."
)
_NAMED: Final = 40
_LINK: Final = re.compile(r'<a href="#([^"]*)">(.*?)</a>', re.DOTALL)
_HEIGHT: Final = "720"
_REST: Final = " The pages of the sites and the folder audit beside them have the rest."


@dataclass(frozen=True, slots=True)
class ExplorerPage:
    """The explorer as one HTML file that makes no request; a notebook shows it in a frame.

    Attributes:
        text: the file.
    """

    text: str

    def write(self, path: str | Path) -> Path:
        """Write the file, whole or not at all; a file of that name is replaced.

        Raises:
            StorageError: the machine cannot write there.
        """
        target = path_given(path, "path")
        write_whole(target, self.text)
        return target

    def _repr_html_(self) -> str:
        # An origin of its own: nothing in the frame reaches the notebook.
        frame = element(
            "iframe", srcdoc=Html(html.escape(self.text)), title="Explorer", sandbox="allow-scripts", width="100%",
            height=_HEIGHT, style="border: 0",
        )  # fmt: skip
        return str(frame)

    def __repr__(self) -> str:
        return f"The explorer as one HTML file of {len(self.text.encode('utf-8')):,} bytes; .write(path) keeps it."


def explorer_page(
    audit: Audit,
    *,
    connections: pd.DataFrame | None = None,
    note: str = "",
    pages: Mapping[str, str] | None = None,
    footer: str = "",
) -> ExplorerPage:
    """The explorer of an audit. It evaluates nothing.

    Args:
        audit: the audit.
        connections: rows of its frame `connections`; the page then has these and their devices. By default all.
        note: what was selected or supposed, in a sentence.
        pages: the address of the page of each site, relative to the explorer.
        footer: the last line, escaped HTML.
    """
    is_part = connections is not None and len(connections) < len(audit.connections)
    shown = audit if connections is None else _selected(audit, connections)
    every_device = frozenset(map(str, shown.devices["device_id"]))
    of_certificates = CertificateCards(shown, UTC, every_device)
    places = places_by_digest(of_certificates.known)
    devices, without_steps = _device_cards(audit, shown, places)
    certificates = _certificate_cards(of_certificates, places)
    unlisted = of_certificates.known[len(certificates) :]
    left_out = frozenset(
        (
            *(anchor("certificate", one) for one in unlisted),
            *(anchor("card", one) for one in every_device - set(devices)),
        )
    )
    counts = count(shown.connections, shown.administration)
    whole = plural(len(audit.connections), "connection")
    # A verdict is about every connection of a fleet.
    heading = f"Selection: {len(shown.connections):,} of {whole}" if is_part else verdict(fleet_name(shown), counts)
    rest = _REST if pages else ""
    body = join(
        (
            paragraph(context(shown, fleet_name(shown), UTC), class_="context"),
            paragraph(REDACTED, class_="soft") if shown.fleet.redacted else None,
            element("h1", heading),
            paragraph(note) if note else None,
            outcome_bar(counts),
            paragraph(_HOW_TO_READ, class_="soft"),
            paragraph(_without_steps(without_steps), rest) if without_steps else None,
            *_sites(shown, {name: _without_links(card, left_out) for name, card in devices.items()}, pages or {}),
            element(
                "section",
                element("h2", "Certificates", id="certificates"),
                *(_without_links(card, left_out) for card in certificates),
                paragraph(f"No certificate {'is in the selection' if is_part else 'was read'}.")
                if not certificates
                else None,
                paragraph(f"{plural(len(unlisted), 'more certificate')} would make this page too large.", rest)
                if unlisted
                else None,
                class_="certificates",
            ),
        )
    )
    title = f"Explorer · certificate audit · {long_date(shown.at)}"
    whole_page = element("div", body, class_="mcuaudit explorer", data_days=expiry_days(shown))
    return ExplorerPage(page_of(whole_page, title, footer, own="explorer"))


def _selected(audit: Audit, connections: pd.DataFrame) -> Audit:
    """The audit with some of its connections, and what belongs to their devices."""
    devices = list(connections["device_id"].unique())

    def rows(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["device_id"].isin(devices)].reset_index(drop=True)

    fleet = replace(audit.fleet, devices=rows(audit.devices), peers=rows(audit.peers))
    return replace(audit, fleet=fleet, connections=connections, administration=rows(audit.administration), basis=None)


def _device_cards(whole: Audit, shown: Audit, places: Mapping[str, str]) -> tuple[dict[str, Html], list[str]]:
    """The cards of devices as far as the page has room for them, and the devices whose card has no steps.

    The most urgent devices come first.
    """
    cards = Cards(shown, whole, UTC)
    found = _findings(shown)
    made: dict[str, Html] = {}
    without_steps, size = [], 0
    for name in map(str, urgency(shown, "device_id").index):
        has_steps = size < WITH_STEPS
        card = with_links(cards.card(name, has_steps=has_steps, more=found.get(name)), places)
        size += _size(card)
        if size > OF_DEVICES:
            break
        made[name] = card
        without_steps += [] if has_steps else [name]
    return made, without_steps


def _findings(shown: Audit) -> dict[str, Html]:
    """The findings of each device, folded, so that an id or the code of a rule finds the device."""
    frame = shown.findings
    chosen = frame[frame["status"].eq("active") & frame["device_id"].notna()]
    items: dict[str, list[Html]] = {}
    for row in chosen[["device_id", "finding_id", "severity", "rule"]].itertuples(index=False):
        words = f" {row.severity}: {str(row.rule).replace('_', ' ')}"
        items.setdefault(str(row.device_id), []).append(element("li", code(row.finding_id), words))
    return {
        name: folded(plural(len(lines), "finding"), element("ul", *lines), class_="findings")
        for name, lines in items.items()
    }


def _certificate_cards(cards: CertificateCards, places: Mapping[str, str]) -> list[Html]:
    """The cards of certificates as far as the page has room for them, in their order."""
    made: list[Html] = []
    size = 0
    for sha256 in cards.known:
        card = with_links(cards.card(sha256), places, sha256)
        size += _size(card)
        if size > OF_CERTIFICATES:
            break
        made.append(card)
    return made


def _without_links(card: Html, left_out: Collection[str]) -> Html:
    """A card without its links to these cards, for which the page has no room."""
    return Html(_LINK.sub(lambda found: found[2] if found[1] in left_out else found[0], card)) if left_out else card


def _size(card: Html) -> int:
    """The bytes of a card in the file."""
    return len(card.encode("utf-8"))


def _without_steps(devices: list[str]) -> str:
    return (
        f"To keep this page small, the connections of {plural(len(devices), 'device')} have their reason and no steps: "
        f"{listed(devices, _NAMED)}."
    )


def _sites(shown: Audit, cards: Mapping[str, Html], pages: Mapping[str, str]) -> Iterator[Html]:
    """A section for each site with the cards of its devices."""
    sites = dict(zip(shown.devices["device_id"], shown.devices["site"], strict=True))
    for site in map(str, urgency(shown, "site").index):
        left = [name for name, of in sites.items() if of == site and name not in cards]
        words = f"{plural(len(left), 'more device')} would make this page too large: {listed(left, _NAMED)}."
        page = pages.get(site)
        yield element(
            "section",
            element("h2", site_title(shown, site), id=anchor("site", site)),
            paragraph(element("a", "Page of the site", href=page)) if page else None,
            *(card for name, card in cards.items() if sites[name] == site),
            paragraph(words, _REST if pages else "") if left else None,
            class_="site",
        )
