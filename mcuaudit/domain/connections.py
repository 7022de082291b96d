"""The six types of connection that may exchange certificates.

Source: Release Notes 4.4(3.57), appendix "Connections that may involve certificate exchange".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mcuaudit.domain.certificate import CLIENT_AUTH, SERVER_AUTH
from mcuaudit.domain.settings import (
    CLIENT_CERTIFICATE_SECURITY,
    LOGIN_ALLOWED,
    LOGIN_REQUIRED,
    OUTGOING_AND_INCOMING_CALLS,
    OUTGOING_CALLS_ONLY,
    SERVER_CERTIFICATE_SECURITY,
    VERIFICATION_SETTINGS,
    VERIFY_CERTIFICATE,
)
from mcuaudit.domain.slots import Slot


class ConnectionType(StrEnum):
    """The six connections that may exchange certificates (Release Notes 4.4(3.57), appendix)."""

    INCOMING_SIP = "incoming_sip"
    OUTGOING_SIP = "outgoing_sip"
    WEB_USER = "web_user"
    API_USER = "api_user"
    OCSP_SERVER = "ocsp_server"
    FEEDBACK_RECEIVER = "feedback_receiver"


ANY_PEER: Final = "(any)"
"""The peer of a connection if no peer of its type is known."""


@dataclass(frozen=True, slots=True)
class ConnectionDefinition:
    """One row of the table "Connections that may involve certificate exchange" [RN]."""

    connection_type: ConnectionType
    title: str
    short_title: str
    mcu_role: str
    setting: str
    verifying_values: tuple[str, ...]
    trust_store: Slot
    peer_purpose: str
    """The purpose that the peer's certificate needs, as a dotted identifier."""
    service: str
    """The service that the connection needs; "" for none."""

    @property
    def title_in_text(self) -> str:
        """The title within a sentence."""
        first = self.title.partition(" ")[0]
        return self.title if first.isupper() else self.title[0].lower() + self.title[1:]


_LOGIN_VALUES = (VERIFY_CERTIFICATE, LOGIN_ALLOWED, LOGIN_REQUIRED)


CONNECTION_TABLE: Final = {
    definition.connection_type: definition
    for definition in (
        ConnectionDefinition(
            ConnectionType.INCOMING_SIP,
            "Incoming SIP call",
            "SIP in",
            "server",
            VERIFICATION_SETTINGS,
            (OUTGOING_AND_INCOMING_CALLS,),
            Slot.SIP_TRUST_STORE,
            CLIENT_AUTH,
            "services.sips_tcp",
        ),
        ConnectionDefinition(
            ConnectionType.OUTGOING_SIP,
            "Outgoing SIP call",
            "SIP out",
            "client",
            VERIFICATION_SETTINGS,
            (OUTGOING_CALLS_ONLY, OUTGOING_AND_INCOMING_CALLS),
            Slot.SIP_TRUST_STORE,
            SERVER_AUTH,
            "services.sips_tcp",
        ),
        ConnectionDefinition(
            ConnectionType.WEB_USER,
            "Web interface user",
            "Web user",
            "server",
            CLIENT_CERTIFICATE_SECURITY,
            _LOGIN_VALUES,
            Slot.HTTPS_TRUST_STORE,
            CLIENT_AUTH,
            "services.https",
        ),
        ConnectionDefinition(
            ConnectionType.API_USER,
            "API user",
            "API user",
            "server",
            CLIENT_CERTIFICATE_SECURITY,
            _LOGIN_VALUES,
            Slot.HTTPS_TRUST_STORE,
            CLIENT_AUTH,
            "services.https",
        ),
        ConnectionDefinition(
            ConnectionType.OCSP_SERVER,
            "OCSP server",
            "OCSP",
            "client",
            SERVER_CERTIFICATE_SECURITY,
            (VERIFY_CERTIFICATE,),
            Slot.HTTPS_TRUST_STORE,
            SERVER_AUTH,
            "",
        ),
        ConnectionDefinition(
            ConnectionType.FEEDBACK_RECEIVER,
            "Feedback receiver",
            "Feedback",
            "client",
            SERVER_CERTIFICATE_SECURITY,
            (VERIFY_CERTIFICATE,),
            Slot.HTTPS_TRUST_STORE,
            SERVER_AUTH,
            "",
        ),
    )
}

CONNECTIONS_IN_PART: Final = "connections_in_part"
"""The damaged key of a peer whose list of connection types has an entry that cannot be read, beside others that can."""
