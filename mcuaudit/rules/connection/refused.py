"""A connection will be refused: one rule for each of the six types, made from one table."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Final

import pandas as pd

from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.rules import remedies
from mcuaudit.rules.causes import from_view
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule

_SECTION: Final = "Connections that may involve certificate exchange"
_WIDTH: Final = 116


@dataclass(frozen=True, slots=True)
class Refused:
    """What differs between the six rules: the code, and the sentences of the documentation.

    Attributes:
        title: the finding in one sentence.
        checks: what must hold, without the remarks that all six share.
        consequence: what the refusal means in practice.
    """

    code: str
    connection_type: ConnectionType
    title: str
    checks: str
    consequence: str


REFUSED: Final = (
    Refused(
        "MCU501",
        ConnectionType.INCOMING_SIP,
        "An incoming SIP call will be refused.",
        'the SIP trust store trusts the caller\'s certificate, if "Verification settings" includes incoming calls, and '
        "the caller accepts the certificate of the MCU.",
        "the call is not set up.",
    ),
    Refused(
        "MCU502",
        ConnectionType.OUTGOING_SIP,
        "An outgoing SIP call will be refused.",
        "the SIP trust store trusts the certificate of the called party and the certificate names that party, if "
        '"Verification settings" includes outgoing calls, and the called party accepts the certificate of the MCU.',
        "the MCU cannot call this party.",
    ),
    Refused(
        "MCU503",
        ConnectionType.WEB_USER,
        "The connection of a web interface user will be refused.",
        'the HTTPS trust store trusts the user\'s certificate, if "Client certificate security" requires that, the '
        "login works, and the browser accepts the certificate of the MCU.",
        "the user cannot open the web interface.",
    ),
    Refused(
        "MCU504",
        ConnectionType.API_USER,
        "The connection of an API user will be refused.",
        'the HTTPS trust store trusts the client\'s certificate, if "Client certificate security" requires that, the '
        "login works, and the client accepts the certificate of the MCU.",
        "the program cannot control the MCU.",
    ),
    Refused(
        "MCU505",
        ConnectionType.OCSP_SERVER,
        "The connection to the OCSP server will be refused.",
        'the HTTPS trust store trusts the certificate of the OCSP server, if "Server certificate security" requires '
        "that, and the server accepts the certificate of the MCU.",
        "the MCU gets no response about a client certificate, and without a good response it rejects the client.",
    ),
    Refused(
        "MCU506",
        ConnectionType.FEEDBACK_RECEIVER,
        "The connection to a feedback receiver will be refused.",
        'the HTTPS trust store trusts the certificate of the receiver, if "Server certificate security" requires that, '
        "and the receiver accepts the certificate of the MCU.",
        "the receiver gets no events from the MCU.",
    ),
)
"""The six rules, in the order of their codes."""


def _declare(refused: Refused) -> None:
    """Register one rule; it is named and documented as a function of its own would be."""

    def fails(view: pd.DataFrame, context: Context) -> pd.Series:
        return view["outcome"] == "fail"

    fails.__name__ = fails.__qualname__ = f"{refused.connection_type.value}_refused"
    fails.__doc__ = _documentation(refused)
    where = f"{CONNECTION_TABLE[refused.connection_type].title_in_text} {{peer}}"
    rule(
        code=refused.code,
        view="connections",
        severity="error",
        source=RELEASE_NOTES,
        section=_SECTION,
        grade="doc",
        when={"connection_type": (refused.connection_type.value,)},
        reference="{connection_id}",
        cause=from_view("cause_id"),
        message=f"{where}: refused. {{reason}}",
        fix="{remedy}",
        remedy=remedies.from_view("remedy_id"),
        undetermined=_undetermined,
        undetermined_message=f"{where}: undetermined. {{reason}}",
    )(fails)


def _documentation(refused: Refused) -> str:
    paragraphs = (
        refused.title,
        f"What it checks: {refused.checks} A connection that the services and settings rule out is not applicable; "
        "one that neither the export nor Cisco's documentation decides is undetermined.",
        f"Why it matters: {refused.consequence} The logs usually show only a TLS alert.",
        "How to fix: each finding names the one change that is needed first.",
        f"References: {RELEASE_NOTES}, {_SECTION}.",
    )
    # As in a docstring, every line but the first is indented.
    lines = "\n\n".join(textwrap.fill(paragraph, _WIDTH) for paragraph in paragraphs)
    return textwrap.indent(lines, "    ").strip()


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["outcome"] == "open"


for _refused in REFUSED:
    _declare(_refused)
