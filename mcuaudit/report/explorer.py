"""The explorer: every connection with its proof and every certificate with its paths, to filter, in one HTML file."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import Final

import pandas as pd

from mcuaudit.frames.containers import Audit
from mcuaudit.report.execute import page_of
from mcuaudit.report.html import Html, anchor, element, join, paragraph
from mcuaudit.report.outcome_bar import outcome_bar
from mcuaudit.report.pages import fleet_name, site_title
from mcuaudit.report.sections.certificate_cards import CertificateCards, places_by_digest, with_links
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
    "Connections that the settings rule out are not listed."
)
_NAMED: Final = 40
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
    devices, without_steps = _device_cards(audit, shown)
    certificates, more = _certificate_cards(shown, frozenset(devices))
    places = places_by_digest(certificates)
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
            *_sites(shown, {name: with_links(card, places) for name, card in devices.items()}, pages or {}),
            element(
                "section",
                element("h2", "Certificates", id="certificates"),
                *(with_links(card, places, sha256) for sha256, card in certificates.items()),
                paragraph(f"No certificate {'is in the selection' if is_part else 'was read'}.")
                if not certificates
                else None,
                paragraph(f"{plural(more, 'more certificate')} would make this page too large.", rest)
                if more
                else None,
                class_="certificates",
            ),
        )
    )
    title = f"Explorer · certificate audit · {long_date(shown.at)}"
    return ExplorerPage(page_of(element("div", body, class_="mcuaudit explorer"), title, footer, own="explorer"))


def _selected(audit: Audit, connections: pd.DataFrame) -> Audit:
    """The audit with some of its connections, and what belongs to their devices."""
    devices = list(connections["device_id"].unique())

    def rows(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["device_id"].isin(devices)].reset_index(drop=True)

    fleet = replace(audit.fleet, devices=rows(audit.devices), peers=rows(audit.peers))
    return replace(audit, fleet=fleet, connections=connections, administration=rows(audit.administration), basis=None)


def _device_cards(whole: Audit, shown: Audit) -> tuple[dict[str, Html], list[str]]:
    """The cards of devices as far as the page has room for them, and the devices whose card has no steps.

    The most urgent devices come first.
    """
    cards = Cards(shown, whole, UTC)
    places = places_by_digest(shown.certificates["certificate"])
    made: dict[str, Html] = {}
    without_steps, size = [], 0
    for name in map(str, urgency(shown, "device_id").index):
        has_steps = size < WITH_STEPS
        card = cards.card(name, has_steps=has_steps)
        size += _size(with_links(card, places))
        if size > OF_DEVICES:
            break
        made[name] = card
        without_steps += [] if has_steps else [name]
    return made, without_steps


def _certificate_cards(shown: Audit, devices: frozenset[str]) -> tuple[dict[str, Html], int]:
    """The cards of certificates as far as the page has room for them, and how many more there are."""
    cards = CertificateCards(shown, UTC, devices)
    places = places_by_digest(cards.known)
    made: dict[str, Html] = {}
    size = 0
    for sha256 in cards.known:
        card = cards.card(sha256)
        size += _size(with_links(card, places, sha256))
        if size > OF_CERTIFICATES:
            break
        made[sha256] = card
    return made, len(cards.known) - len(made)


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
