"""The words of a page that a reader may not know."""

from __future__ import annotations

from typing import Final

from mcuaudit.report.html import Html, element, join, link, paragraph
from mcuaudit.summary.verdict import UNDETERMINED_MEANING
from mcuaudit.wording.phrases import ACCEPTED, REFUSED, UNDETERMINED, UNVERIFIED, begun

_WORDS: Final = (
    (REFUSED, "The connection fails: a side does not accept the certificate of the other, or gets none that it needs."),
    (UNDETERMINED, f"{begun(UNDETERMINED_MEANING)}."),
    (ACCEPTED, "The connection works, and each side verifies the certificate of the other."),
    (
        UNVERIFIED,
        "The connection is accepted, but a side does not verify the certificate of the other: anyone who can reach it "
        "can pass for that side.",
    ),
    ("not applicable", "The services or settings of the device rule the connection out."),
    ("locked out", "No administrator can log in to the device, over HTTP or HTTPS, by password or certificate."),
    ("local certificate", "The one certificate with its private key that an MCU presents to all others."),
    (
        "trust store",
        "The CA certificates that a side trusts. An MCU has one for SIP, one for HTTPS and, from some versions on, one "
        "for Call Home; peers have their own.",
    ),
    (
        "path",
        "The certificates from the presented one, through those that issued it, to a member of the trust store.",
    ),
    ("root", "A CA certificate that its own key signed, at the end of a path."),
    ("purpose", "What a certificate may be used for (extendedKeyUsage): serverAuth, clientAuth."),
    (
        "expected name",
        "The name or address that a side looks for in the certificate of the other: in URI, DNS and IP entries of the "
        "subjectAltName, or in the CN.",
    ),
    ("cause", "The one thing to fix or to collect on which findings and connections depend."),
    ("waived", "A person has accepted the finding, in the policy; it stays on the page and is not counted."),
    ("documented", "The basis is a statement of Cisco's documentation or of a standard."),
    ("inferred", "The basis follows from such statements, but none says it."),
    ("not documented", "No document says it; the reading is what mcuaudit reports."),
    ("reading", "What mcuaudit reports where the documentation leaves a question open."),
)


def glossary() -> Html:
    """Each word with its meaning, and where the page has its rules and readings."""
    facts = (join((element("dt", word), element("dd", meaning))) for word, meaning in _WORDS)
    return join(
        (
            element("dl", *facts, class_="facts"),
            paragraph(
                "Each rule and what it checks is in ", link("what-was-checked", "What was checked"),
                ", each reading that is in use in ",
                link("what-this-audit-cannot-determine", "What this audit cannot determine"), ".",
            ),
        )
    )  # fmt: skip
