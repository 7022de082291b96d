"""One connection as a notebook shows it: its steps, and a card for each certificate of these."""

from __future__ import annotations

from datetime import UTC
from functools import cached_property

from mcuaudit.frames.containers import Audit
from mcuaudit.report.displayed import displayed
from mcuaudit.report.html import Html, join, paragraph
from mcuaudit.report.sections.certificate_cards import CertificateCards
from mcuaudit.report.sections.device_cards import Cards


class ConnectionProofs:
    """The connections of an audit, each made when it is asked for."""

    def __init__(self, audit: Audit) -> None:
        self.audit = audit

    @cached_property
    def _cards(self) -> Cards:
        return Cards(self.audit, self.audit, UTC)

    @cached_property
    def _certificates(self) -> CertificateCards:
        return CertificateCards(self.audit, UTC)

    def shown(self, connection_id: str) -> Html:
        """The steps of a connection, and its certificates with their paths, with the style that a notebook needs."""
        proof = self._cards.proof(connection_id)
        if proof is None:
            return displayed(paragraph("The services and settings rule this connection out, or it is not there."))
        ladder, certificates = proof
        cards = (self._certificates.card(sha256) for sha256 in certificates if sha256 in self._certificates.known)
        return displayed(join((ladder, *cards)))
