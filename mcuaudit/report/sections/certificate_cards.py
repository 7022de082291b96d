"""A card for each certificate: its facts, where it is, and the paths from it to each trust store that was tried."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from functools import cached_property
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.slots import SLOT_TITLES, TRUST_STORE_SLOTS
from mcuaudit.frames.containers import Audit
from mcuaudit.policy.schema import Policy
from mcuaudit.report.html import Html, anchor, code, element, join, link, paragraph, small
from mcuaudit.report.sections.certificate_facts import certificate_facts, facts_list
from mcuaudit.report.sections.ladder import mark
from mcuaudit.summary.certificates_in_use import certificates_in_use, common_name
from mcuaudit.summary.cited_rows import Row, rows_of
from mcuaudit.wording.phrases import listed, said, short_date, short_hash

_NAMES_SHOWN: Final = 3
_DEVICES_LINKED: Final = 8
_TRUST: Final = {"pass": "Trusted by", "fail": "Not trusted by", "open": "Undetermined for"}
_DIGEST: Final = re.compile(r'<code(?: title="([0-9a-f]{64})")?>([0-9a-f]{8}|[0-9a-f]{64})</code>')
_PURPOSES: Final = {"pass": "allowed", "fail": "not allowed", "open": "undetermined"}


@dataclass(frozen=True)
class CertificateCards:
    """The cards of the certificates of an audit.

    Attributes:
        audit: the audit.
        zone: the time zone of the page.
        devices: the devices that have a card on the same page, by device_id; None for cards that stand alone, without
            ids and links.
    """

    audit: Audit
    zone: tzinfo
    devices: frozenset[str] | None = None

    @cached_property
    def known(self) -> tuple[str, ...]:
        """The certificates that have a card, by expiry: those in use, and those of their paths to a trust store."""
        of_paths = {
            one for sha256 in self._uses for row in self._paths.get(sha256, ()) for one in said(row["path"]).split()
        }
        frame = self.audit.certificates
        chosen = frame[frame["certificate"].isin(list({*self._uses, *of_paths}))]
        return tuple(chosen.sort_values(["not_after", "certificate"], kind="stable")["certificate"])

    def card(self, sha256: str) -> Html:
        """The closed card of one certificate."""
        row = self._rows[sha256]
        end, kinds = short_date(row["not_after"], self.zone), self._kinds(sha256)
        chip = "refused" if "expired" in kinds else "unverified" if "soon" in kinds else "none"
        head = (
            element("strong", common_name(row)), " ", code(short_hash(sha256)), " ",
            element("span", f"{'expired' if 'expired' in kinds else 'until'} {end or 'unreadable'}",
                    class_=f"chip {chip}"),
            element("span", "CA", class_="chip none") if "authority" in kinds else None,
            small(self._uses.get(sha256) or "not presented, and in no trust store of a device"),
        )  # fmt: skip
        summary = element("summary", *head) if self.devices is None else element(
            "summary", *head, id=anchor("certificate", sha256), data_kinds=" ".join(kinds),
            data_sites=" ".join(anchor("site", site) for site in sorted(self._sites.get(sha256, ()))),
        )  # fmt: skip
        files = self._files.get(sha256, [])
        facts = certificate_facts(row, listed(files, _NAMES_SHOWN), self.audit.at, self.zone)
        parts = (facts_list(facts), self._devices_of(sha256), self._paths_of(sha256))
        return element("details", summary, *(part for part in parts if part), class_="card")

    def _kinds(self, sha256: str) -> list[str]:
        """What a reader looks for: expired, soon (within the threshold of the policy), authority, presented."""
        row, at = self._rows[sha256], pd.Timestamp(self.audit.at)
        tests = {
            "expired": row["not_after"] < at,
            "soon": at <= row["not_after"] < at + timedelta(days=expiry_days(self.audit)),
            "authority": row["is_ca"] is True,
            "presented": sha256 in self._presented,
        }
        return [kind for kind, holds in tests.items() if holds]

    @cached_property
    def _sites(self) -> dict[str, set[str]]:
        """The sites whose devices have each certificate, or have a connection in which it is presented."""
        found: dict[str, set[str]] = {}
        sites = dict(zip(self.audit.devices["device_id"], self.audit.devices["site"], strict=True))
        for sha256, devices in self._presented.items():
            found.setdefault(sha256, set()).update(sites[device_id] for device_id in devices if device_id in sites)
        for sha256, site in self.audit.placements[["certificate", "site"]].dropna().itertuples(index=False):
            found.setdefault(str(sha256), set()).add(str(site))
        for slot in TRUST_STORE_SLOTS:
            of_store = dict(self.audit.devices[[slot.value, "site"]].dropna().groupby(slot.value)["site"].agg(set))
            for store, sha256 in self.audit.trust_stores[["trust_store", "certificate"]].itertuples(index=False):
                found.setdefault(str(sha256), set()).update(of_store.get(store, ()))
        return found

    @cached_property
    def _rows(self) -> dict[str, pd.Series]:
        return {str(row["certificate"]): row for _, row in self.audit.certificates.iterrows()}

    @cached_property
    def _uses(self) -> dict[str, str]:
        """Whose each certificate is, in words."""
        frame = certificates_in_use(self.audit, with_site=True)
        return dict(zip(frame["certificate"], frame["used_as"], strict=True))

    @cached_property
    def _files(self) -> dict[str, list[str]]:
        grouped = self.audit.placements.groupby("certificate")["file"]
        return {str(sha256): sorted(set(files)) for sha256, files in grouped.agg(list).items()}

    @cached_property
    def _presented(self) -> dict[str, dict[str, None]]:
        """The devices with a connection in which each certificate is presented."""
        found: dict[str, dict[str, None]] = {}
        frame = self.audit.connections
        for column in ("local_certificate", "peer_certificate"):
            for sha256, device_id in frame[[column, "device_id"]].dropna().itertuples(index=False):
                found.setdefault(str(sha256), {})[str(device_id)] = None
        return found

    def _devices_of(self, sha256: str) -> Html | None:
        """Links to the devices whose connections present it."""
        devices = sorted(set(self._presented.get(sha256, ())) & (self.devices or set()))
        if not devices:
            return None
        shown = [link(anchor("card", one), one) for one in devices[:_DEVICES_LINKED]]
        more = f" and {len(devices) - len(shown):,} more" if len(devices) > len(shown) else ""
        return paragraph("Presented in connections of ", join(shown, ", "), f"{more}.", class_="context")

    @cached_property
    def _paths(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in rows_of(self.audit.paths):
            found.setdefault(str(row["certificate"]), []).append(row)
        return found

    @cached_property
    def _stores(self) -> dict[str, list[str]]:
        """Who has each trust store, in words."""
        found: dict[str, dict[str, None]] = {}
        for slot in TRUST_STORE_SLOTS:
            for device_id, key in self.audit.devices[["device_id", slot.value]].dropna().itertuples(index=False):
                found.setdefault(str(key), {})[f"the {SLOT_TITLES[slot]} of {device_id}"] = None
        for peer, key in self.audit.peers[["peer", "trust_store"]].dropna().itertuples(index=False):
            found.setdefault(str(key), {})[f"the trust store of {peer}"] = None
        return {key: list(words) for key, words in found.items()}

    def _paths_of(self, sha256: str) -> Html | None:
        """A line for each trust store that the certificate was checked against."""
        alike: dict[tuple[str, str, str, str], dict[str, str]] = {}
        for row in self._paths.get(sha256, ()):
            key = (str(row["trust_store"]), str(row["trust"]), said(row["path"]), said(row["reason"]))
            alike.setdefault(key, {})[str(row["purpose"])] = str(row["purpose_outcome"])
        lines = [self._line(*key, purposes) for key, purposes in alike.items()]
        return join((element("h3", "Paths"), element("ul", *lines))) if lines else None

    def _line(self, store: str, trust: str, path: str, reason: str, purposes: dict[str, str]) -> Html:
        holders = listed(self._stores.get(store, [f"the trust store {short_hash(store)}"]), _NAMES_SHOWN)
        members = join((self._member(one) for one in path.split()), " → ")
        allowed = [f"{one} {_PURPOSES[outcome]}" for one, outcome in purposes.items() if outcome in _PURPOSES]
        # The path says why one is trusted.
        why = "" if trust == Outcome.PASS.value and path else f" {reason}"
        return element(
            "li", mark(trust), " ", f"{_TRUST.get(trust, 'Not checked by')} {holders}.{why}",
            small("Path: ", members) if path else None,
            small(f"Purpose: {listed(allowed, len(allowed))}") if allowed else None,
        )  # fmt: skip

    def _member(self, sha256: str) -> Html:
        row: Any = self._rows.get(sha256)
        name = common_name(row) if row is not None else "a certificate"
        return join((name, " ", code(short_hash(sha256))))


def expiry_days(audit: Audit) -> int:
    """The threshold of the policy: a certificate with no more days left ends soon."""
    return Policy.model_validate(dict(audit.policy)).thresholds.expiry_days


def places_by_digest(shown: Iterable[str]) -> dict[str, str]:
    """The id of the card of each of these certificates, by SHA-256 and by its first digits where these are its own."""
    places: dict[str, str] = {}
    for sha256 in shown:
        places[sha256] = anchor("certificate", sha256)
        short = short_hash(sha256)
        places[short] = "" if short in places else places[sha256]
    return places


def with_links(card: Html, places: Mapping[str, str], own: str = "") -> Html:
    """A card in which digests lead to the cards of their certificates; the line that opens it stays as it is.

    `own`: the certificate whose card it is.
    """

    def linked(found: re.Match[str]) -> str:
        target = places.get(found[1] or found[2], "")
        return f'<a href="#{target}">{found[0]}</a>' if target and target != places.get(own) else found[0]

    head, end, rest = card.partition("</summary>")
    return Html(f"{head}{end}{_DIGEST.sub(linked, rest)}")
