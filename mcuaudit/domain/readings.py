"""The questions that Cisco's documentation leaves open (A1 to A28), and the outcome that is reported for each."""

from __future__ import annotations

from typing import Final

READINGS: Final = {
    "A1": ("Is an iPAddress entry of the subjectAltName compared by the MCU?",
           "Cisco's documentation does not mention it: an IP address that is only in an iPAddress entry is "
           "undetermined."),
    "A2": ("Is the host part of a presented URI compared, or the whole string?",
           "The host of sip:host is compared. A URI with a user, port or parameters is undetermined."),
    "A3": ("Are sips: URIs or URIs with other schemes accepted?",
           "A name that is only in a sips: URI is undetermined; https: and others do not match."),
    "A4": ("Is the CN compared if the subjectAltName has neither URI nor DNS entries?",
           "No: the CN is ignored if there is a subjectAltName. Some TLS stacks accept it."),
    "A5": ("Does a wildcard in a DNS entry match?",
           "Undetermined for the MCU; no match for peers that follow RFC 5922; RFC 9525 accepts a complete left-most "
           "label."),
    "A6": ("Is a DNS entry accepted if a URI has another name?",
           "The MCU accepts it; peers that follow RFC 5922 do not."),
    "A7": ("Which name is compared: the address as configured, the domain, or the resolved address?",
           "Any of them may be. A certificate passes with all of them, is undetermined with some, and fails with "
           "none."),
    "A8": ("Must all CNs match if there are several?",
           "A certificate passes if all match, and is undetermined if only some do."),
    "A9": ("Are case and spaces compared in the CN of a login?",
           "The CN is compared exactly; a difference only in case, spaces or Unicode form is undetermined."),
    "A10": ("Are a trailing dot and the spelling of an IPv6 address compared?",
            "DNS names are compared case-insensitively, addresses by value; a trailing dot on one side is "
            "undetermined."),
    "A11": ("Does the presenting side send its intermediates?",
            "Only if the export shows it: a path with a CA certificate from elsewhere in the export is undetermined."),
    "A12": ("Is an intermediate CA a trust anchor if its root is missing?", "A path that ends there is undetermined."),
    "A13": ("Does the MCU enforce extendedKeyUsage?",
            "An extendedKeyUsage without the required purpose is undetermined for the MCU, and refused by peers."),
    "A14": ("Must members of a trust store be CA certificates?",
            "An end entity or version 1 certificate as trust anchor is undetermined."),
    "A15": ("Are incoming peers verified with “Outgoing calls only”?", "No; this is reported as an exposure."),
    "A16": ("Is the name of an HTTPS server compared?",
            "It is compared as RFC 9525 specifies: a match passes, and a mismatch is undetermined."),
    "A17": ("Is an IP address in the CN accepted for direct calls if there is a subjectAltName?",
            "No: the CN is ignored if there is a subjectAltName, so the peer refuses the certificate."),
    "A18": ("Does the MCU support algorithms other than 2048- to 4096-bit RSA with SHA-2?",
            "Cisco's documentation does not say: connections that use other algorithms are undetermined for the MCU."),
    "A19": ("Does the verifier try another path when the first fails?",
            "This is not assumed: if one path is valid and another is not, or a certificate that cannot be read may "
            "give another, the outcome is undetermined."),
    "A20": ("Does the “Use local certificate …” checkbox control what the MCU presents on outgoing connections?",
            "If it is off or not in the export, the MCU might not present a certificate: a connection to a peer that "
            "requires one is undetermined."),
    "A21": ("Are certificate policies evaluated?",
            "A path passes if it is valid with policies evaluated under RFC 5280 and with policies ignored; one that "
            "is valid only with policies ignored is undetermined."),
    "A22": ("Does a peer accept anyExtendedKeyUsage in place of the purpose, a CA whose extendedKeyUsage lacks it, or "
            "an nsCertType that lacks it?",
            "Expressway, VCS and endpoints are assumed to refuse it, as OpenSSL does; undetermined for other peers."),
    "A23": ("Is a CN that looks like a host name compared with name constraints, if there is no DNS entry?",
            "OpenSSL compares it, RFC 5280 does not: a CN that a constraint does not allow is undetermined."),
    "A24": ("Does an Expressway or VCS find a name that is in the CN only?",
            "Version X15 requires it in the subjectAltName, and refuses the certificate; undetermined for others."),
    "A25": ("Are the trust anchor's own validity, path length, name constraints and critical extensions checked?",
            "MCUs, Expressway, VCS and endpoints are assumed to check them, as OpenSSL does; RFC 5280 does not: "
            "undetermined for other peers."),
    "A26": ("Does software before 4.4 present its certificate as a TLS client?",
            "Cisco's documentation does not say: a connection to a peer that requires one is undetermined, even if the "
            "version is not in the export."),
    "A27": ("May a wildcard DNS entry stand for a name in an excluded subtree?",
            "Implementations differ: it is undetermined."),
    "A28": ("Does a wildcard stand for a name with an underscore, by RFC 9525?",
            "Browsers accept it, OpenSSL does not: it is undetermined."),
    "RFC5924": ("Does a SIP peer accept a certificate without sipDomain, or with sipDomain alone?",
                "RFC 5924 leaves it to the peer, and TLS stacks also require their own purpose: undetermined."),
    "RFC5922-7.1": ("Does an RFC 5922 peer accept a CN without a subjectAltName, or an address in a DNS entry?",
                    "RFC 5922, section 7.1, leaves it to the peer: undetermined."),
}  # fmt: skip
"""By reading: the question, and the outcome that is reported."""
