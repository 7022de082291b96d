"""What the documents leave open (A1 to A21), and the outcome that is reported."""

from __future__ import annotations

from typing import Final

READINGS: Final = {
    "A1": ("Does an iPAddress entry of the subjectAltName count for the MCU?",
           "Not named in the documents: an IP address that is only in an iPAddress entry is undetermined."),
    "A2": ("Is the host part of a presented URI compared, or the whole string?",
           "The host of sip:host. With user, port or parameters: undetermined."),
    "A3": ("Do sips: or other schemes count?", "Only sips: is undetermined; https: and others do not match."),
    "A4": ("A subjectAltName is present without URI and DNS entries, and the CN is right.",
           "The subjectAltName blocks the CN: no match. Lax stacks accept it."),
    "A5": ("Does a wildcard in a DNS entry match?",
           "Undetermined for the MCU, no match for RFC 5922 peers; RFC 9525 accepts a complete left-most label."),
    "A6": ("The URI says one name, the DNS entry another that is wanted.", "The MCU matches, RFC 5922 peers do not."),
    "A7": ("Which name is compared: the address as configured, the domain, or the resolved address?",
           "All could be: all covered passes, some undetermined, none fails."),
    "A8": ("Several CNs.", "All must match; if one does, undetermined."),
    "A9": ("CN login: case and spaces.", "Compared exactly; a difference in case only is undetermined."),
    "A10": ("Trailing dot, spelling of IPv6.",
            "DNS names ignore case, addresses compare by value; a trailing dot on one side is undetermined."),
    "A11": ("Does a presenter send its intermediates?",
            "Not unless the export shows it: a path that needs a CA certificate found elsewhere is undetermined."),
    "A12": ("An intermediate is the only anchor, its root is missing.", "Undetermined."),
    "A13": ("Does the MCU enforce extendedKeyUsage?",
            "Present without the needed purpose: undetermined for the MCU, refused by peers."),
    "A14": ("Must members of a trust store be CA certificates?",
            "A leaf or version 1 certificate as anchor: undetermined."),
    "A15": ("Outgoing calls only: are incoming peers verified?", "They are not; reported as an exposure."),
    "A16": ("Is the name of an HTTPS server compared?", "By RFC 9525: a match passes, a mismatch is undetermined."),
    "A17": ("The local certificate has a subjectAltName and the IP address only in the CN, with direct calls.",
            "The subjectAltName blocks the CN: refused."),
    "A18": ("Algorithms beyond RSA of 2048 to 4096 bits with SHA-2.",
            "Not documented as supported: undetermined for the MCU."),
    "A19": ("Does the verifier try another path when the first fails?", "Not assumed: undetermined."),
    "A20": ("Does a tick box govern the use of the local certificate for outgoing connections?",
            "Off: the MCU may present nothing; a peer that requires a certificate is undetermined."),
    "A21": ("Are certificate policies evaluated?", "A CA with requireExplicitPolicy in the path: undetermined."),
    "RFC5924": ("Does a SIP peer accept a certificate without sipDomain, or with sipDomain alone?",
                "RFC 5924 leaves it to the peer's policy, and TLS stacks want their own purpose too: undetermined."),
    "RFC5922-7.1": ("Does an RFC 5922 peer take a CN without a subjectAltName, or an address in a DNS entry?",
                    "RFC 5922, section 7.1, leaves that to the peer: undetermined."),
}  # fmt: skip
"""What the documents leave open: question, and the outcome that is reported."""
