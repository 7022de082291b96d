"""The table of identities: what each standard says of a certificate and a name, with the reading that decides.

Names of the certificate are written ``kind:text``, odd characters as ``\\x00``. A cell is the outcome and, where one
decides, the reading. ``RFC5922-7.1`` stands for a choice that RFC 5922 leaves to the implementation. The standard
``rfc5924`` is not shown: its identities are those of ``rfc5922``.
"""

# ruff: noqa: E501 (a table is read by its columns)

from __future__ import annotations

from dataclasses import dataclass

STANDARDS_OF_TABLE = ("mcu", "rfc5922", "rfc9525", "vcs", "cucm")

TABLE = r"""
names in the certificate                                  | reference                    | mcu      | rfc5922          | rfc9525  | vcs      | cucm

# One name, each field
dns:m.example.com                                         | m.example.com                | pass     | pass             | pass     | pass     | pass
uri:sip:m.example.com                                     | m.example.com                | pass     | pass             | fail     | open A2  | open A2
cn:m.example.com                                          | m.example.com                | pass     | open RFC5922-7.1 | fail     | open A24 | pass
email:m.example.com                                       | m.example.com                | fail     | fail             | fail     | fail     | fail
san                                                       | m.example.com                | fail     | fail             | fail     | fail     | fail
                                                          | m.example.com                | fail     | fail             | fail     | fail     | fail

# Another name, and parts of the name
dns:x.example.com                                         | m.example.com                | fail     | fail             | fail     | fail     | fail
dns:example.com                                           | m.example.com                | fail     | fail             | fail     | fail     | fail
dns:.example.com                                          | m.example.com                | fail     | fail             | fail     | fail     | fail
dns:m                                                     | m.example.com                | fail     | fail             | fail     | fail     | fail
dns:m.example.com                                         | m                            | fail     | fail             | fail     | fail     | fail
dns:m.example.com.evil.org                                | m.example.com                | fail     | fail             | fail     | fail     | fail
dns:evil-m.example.com                                    | m.example.com                | fail     | fail             | fail     | fail     | fail
dns:M.Example.COM                                         | m.example.com                | pass     | pass             | pass     | pass     | pass
dns:m.example.com                                         | M.EXAMPLE.com                | pass     | pass             | pass     | pass     | pass
dns:m_1.example.com                                       | m_1.example.com              | pass     | pass             | pass     | pass     | pass

# The CN beside a subjectAltName: the MCU reads it only where there is none (A4, A17)
cn:m.example.com dns:x.example.com                        | m.example.com                | fail     | fail             | fail     | open A24 | pass
cn:m.example.com uri:sip:x.example.com                    | m.example.com                | fail     | fail             | fail     | open A24 | pass
cn:m.example.com ip:10.1.2.3                              | m.example.com                | fail A4  | fail A4          | fail     | open A24 | pass
cn:m.example.com email:a@example.com                      | m.example.com                | fail A4  | fail A4          | fail     | open A24 | pass
cn:m.example.com san                                      | m.example.com                | fail A4  | fail A4          | fail     | open A24 | pass
cn:m.example.com dns:m.example.com                        | m.example.com                | pass     | pass             | pass     | pass     | pass
cn:x.example.com dns:m.example.com                        | m.example.com                | pass     | pass             | pass     | pass     | pass

# Several names: one good name is enough, except where RFC 5922 lets a sip: URI hide the DNS names (A6)
dns:x.example.com dns:m.example.com                       | m.example.com                | pass     | pass             | pass     | pass     | pass
uri:sip:x.example.com dns:m.example.com                   | m.example.com                | pass     | fail A6          | pass     | pass     | pass
uri:sip:m.example.com dns:x.example.com                   | m.example.com                | pass     | pass             | fail     | open A2  | open A2
uri:sip:m.example.com dns:m.example.com                   | m.example.com                | pass     | pass             | pass     | pass     | pass
uri:sip:x.example.com uri:sip:m.example.com               | m.example.com                | pass     | pass             | fail     | open A2  | open A2
uri:sips:x.example.com dns:m.example.com                  | m.example.com                | pass     | pass             | pass     | pass     | pass
uri:sip:alice@x.example.com dns:m.example.com             | m.example.com                | pass     | pass             | pass     | pass     | pass
uri:https://x.example.com dns:m.example.com               | m.example.com                | pass     | pass             | pass     | pass     | pass
uri:sip:x.example.com;transport=tls dns:m.example.com     | m.example.com                | pass     | fail A6          | pass     | pass     | pass
uri:sip:*.example.com dns:m.example.com                   | m.example.com                | pass     | fail A6          | pass     | pass     | pass
uri:sip:10.1.2.3 dns:m.example.com                        | m.example.com                | pass     | fail A6          | pass     | pass     | pass
uri:sip: dns:m.example.com                                | m.example.com                | pass     | open A6          | pass     | pass     | pass
uri:sip:m.example.com;transport=tls dns:m.example.com     | m.example.com                | pass     | pass             | pass     | pass     | pass
uri:sips:m.example.com dns:m.example.com                  | m.example.com                | pass     | pass             | pass     | pass     | pass

# What a URI holds beside the host (A2), and its scheme (A3)
uri:sip:m.example.com;transport=tls                       | m.example.com                | open A2  | pass             | fail     | open A2  | open A2
uri:sip:m.example.com:5061                                | m.example.com                | open A2  | pass             | fail     | open A2  | open A2
uri:sip:m.example.com?Subject=x                           | m.example.com                | open A2  | pass             | fail     | open A2  | open A2
uri:sip:alice@m.example.com                               | m.example.com                | open A2  | fail A2          | fail     | open A2  | open A2
uri:sip:@m.example.com                                    | m.example.com                | open A2  | fail A2          | fail     | open A2  | open A2
uri:sip:alice:secret@m.example.com:5061;transport=tls     | m.example.com                | open A2  | fail A2          | fail     | open A2  | open A2
uri:sip:x.example.com;y=@m.example.com                    | m.example.com                | open A2  | fail A2          | fail     | open A2  | open A2
uri:sip:m.example.com@x.example.com                       | m.example.com                | fail     | fail             | fail     | fail     | fail
uri:sip:alice@bob@m.example.com                           | m.example.com                | fail     | fail             | fail     | fail     | fail
uri:SIP:M.EXAMPLE.COM                                     | m.example.com                | pass     | pass             | fail     | open A2  | open A2
uri:sips:m.example.com                                    | m.example.com                | open A3  | fail A3          | fail     | open A3  | open A3
uri:sips:alice@m.example.com:5061                         | m.example.com                | open A3  | fail A3          | fail     | open A3  | open A3
uri:https://m.example.com/                                | m.example.com                | fail A3  | fail A3          | fail     | fail A3  | fail A3
uri:https://m.example.com/                                | https://m.example.com/       | fail A3  | fail A3          | fail     | fail A3  | fail A3
uri:xmpp://m.example.com                                  | m.example.com                | fail A3  | fail A3          | fail     | fail A3  | fail A3
uri:h323:m.example.com                                    | m.example.com                | fail     | fail             | fail     | fail     | fail
uri:m.example.com                                         | m.example.com                | fail     | fail             | fail     | fail     | fail
uri:sip://m.example.com                                   | m.example.com                | fail     | fail             | fail     | fail     | fail
uri:sip:m.example.com:                                    | m.example.com                | fail     | fail             | fail     | fail     | fail
uri:sip:m.example.com:sips                                | m.example.com                | fail     | fail             | fail     | fail     | fail
uri:sip:m%2eexample%2ecom                                 | m.example.com                | fail     | fail             | fail     | fail     | fail
uri:sip:m.example.com uri:sips:m.example.com              | m.example.com                | pass     | pass             | fail     | open A2  | open A2
uri:sip:alice@m.example.com cn:m.example.com              | m.example.com.               | open A2  | fail A2          | fail     | open A2  | open A10

# The reference as it is configured: reduced to its host before anything is compared (A2)
dns:m.example.com                                         | sip:m.example.com            | pass     | pass             | pass     | pass     | pass
dns:m.example.com                                         | sip:a@m.example.com:5061;x=y | pass     | pass             | pass     | pass     | pass
dns:m.example.com                                         | sips:m.example.com           | pass     | pass             | pass     | pass     | pass
dns:m.example.com                                         | https://m.example.com/RPC2   | pass     | pass             | pass     | pass     | pass
dns:m.example.com                                         | m.example.com:5061           | pass     | pass             | pass     | pass     | pass
uri:sip:alice@m.example.com                               | sip:alice@m.example.com      | open A2  | fail A2          | fail     | open A2  | open A2
uri:sip:m.example.com:5061                                | sip:m.example.com:5061       | open A2  | pass             | fail     | open A2  | open A2

# Wildcards (A5)
dns:*.example.com                                         | m.example.com                | open A5  | fail A5          | pass     | open A5  | open A5
dns:*.EXAMPLE.com                                         | M.example.com                | open A5  | fail A5          | pass     | open A5  | open A5
dns:*.example.com                                         | a.m.example.com              | fail     | fail             | fail     | fail     | fail
dns:*.example.com                                         | example.com                  | fail     | fail             | fail     | fail     | fail
dns:m*.example.com                                        | m1.example.com               | open A5  | fail A5          | fail A5  | open A5  | open A5
dns:*1.example.com                                        | m1.example.com               | open A5  | fail A5          | fail A5  | open A5  | open A5
dns:m*.example.com                                        | x1.example.com               | fail     | fail             | fail     | fail     | fail
dns:m.*.com                                               | m.example.com                | open A5  | fail A5          | fail A5  | open A5  | open A5
dns:*.*.com                                               | m.example.com                | open A5  | fail A5          | fail A5  | open A5  | open A5
dns:**.example.com                                        | m.example.com                | open A5  | fail A5          | fail A5  | open A5  | open A5
dns:*.com                                                 | example.com                  | open A5  | fail A5          | open A5  | open A5  | open A5
dns:*                                                     | localhost                    | open A5  | fail A5          | open A5  | open A5  | open A5
dns:*                                                     | m.example.com                | fail     | fail             | fail     | fail     | fail
dns:*.example.com                                         | xn--mnchen-3ya.example.com   | open A5  | fail A5          | pass     | open A5  | open A5
dns:xn--*.example.com                                     | xn--mnchen-3ya.example.com   | open A5  | fail A5          | fail A5  | open A5  | open A5
uri:sip:*.example.com                                     | m.example.com                | open A5  | fail A5          | fail     | open A5  | open A5
cn:*.example.com                                          | m.example.com                | open A5  | fail A5          | fail     | open A24 | open A5
cn:*.example.com dns:x.example.com                        | m.example.com                | fail     | fail             | fail     | open A24 | open A5
dns:*.example.com dns:m.example.com                       | m.example.com                | pass     | pass             | pass     | pass     | pass
dns:*.1.2.3                                               | 10.1.2.3                     | fail     | fail             | fail     | fail     | fail
dns:*.example.com.                                        | m.example.com                | open A5  | fail A5          | open A10 | open A5  | open A5

# A trailing dot on one side (A10)
dns:m.example.com.                                        | m.example.com                | open A10 | open A10         | open A10 | open A10 | open A10
dns:m.example.com                                         | m.example.com.               | open A10 | open A10         | open A10 | open A10 | open A10
dns:m.example.com.                                        | m.example.com.               | pass     | pass             | pass     | pass     | pass
dns:m.example.com. dns:m.example.com                      | m.example.com                | pass     | pass             | pass     | pass     | pass
uri:sip:m.example.com.                                    | m.example.com                | open A10 | open A10         | fail     | open A10 | open A10
cn:m.example.com.                                         | m.example.com                | open A10 | open A10         | fail     | open A24 | open A10
dns:m.example.com..                                       | m.example.com                | fail     | fail             | fail     | fail     | fail
dns:.                                                     | m.example.com                | fail     | fail             | fail     | fail     | fail

# Several CNs (A8)
cn:m.example.com cn:x.example.com                         | m.example.com                | open A8  | open RFC5922-7.1 | fail     | open A24 | open A8
cn:x.example.com cn:m.example.com                         | m.example.com                | open A8  | open RFC5922-7.1 | fail     | open A24 | open A8
cn:m.example.com cn:M.EXAMPLE.COM                         | m.example.com                | pass     | open RFC5922-7.1 | fail     | open A24 | pass
cn:m.example.com cn:m.example.com                         | m.example.com                | pass     | open RFC5922-7.1 | fail     | open A24 | pass
cn:m.example.com cn:*.example.com                         | m.example.com                | open A8  | open RFC5922-7.1 | fail     | open A24 | open A8
cn:m.example.com cn:x.example.com dns:m.example.com       | m.example.com                | pass     | pass             | pass     | pass     | pass
cn:m.example.com cn:x.example.com dns:x.example.com       | m.example.com                | fail     | fail             | fail     | open A24 | open A8
cn:10.1.2.3 cn:m.example.com                              | 10.1.2.3                     | open A8  | fail             | fail     | open A24 | open A8

# IPv4 addresses, by value (A1, A4, A17)
dns:10.1.2.3                                              | 10.1.2.3                     | pass     | open RFC5922-7.1 | fail     | pass     | pass
uri:sip:10.1.2.3                                          | 10.1.2.3                     | pass     | pass             | fail     | open A2  | open A2
cn:10.1.2.3                                               | 10.1.2.3                     | pass     | fail             | fail     | open A24 | pass
cn:10.1.2.3 dns:m.example.com                             | 10.1.2.3                     | fail A17 | fail             | fail     | open A24 | pass
cn:10.1.2.3 uri:sip:m.example.com                         | 10.1.2.3                     | fail A17 | fail             | fail     | open A24 | pass
cn:10.1.2.3 ip:10.1.2.4                                   | 10.1.2.3                     | fail A4  | fail A4          | fail     | open A24 | pass
ip:10.1.2.3                                               | 10.1.2.3                     | open A1  | fail             | pass     | pass     | open A1
ip:10.1.2.3 dns:m.example.com                             | 10.1.2.3                     | open A1  | fail             | pass     | pass     | open A1
ip:10.1.2.3 cn:10.1.2.3                                   | 10.1.2.3                     | open A1  | fail             | pass     | pass     | pass
ip:10.1.2.3 dns:10.1.2.3                                  | 10.1.2.3                     | pass     | open RFC5922-7.1 | pass     | pass     | pass
ip:10.1.2.3 uri:sip:10.1.2.3                              | 10.1.2.3                     | pass     | pass             | pass     | pass     | open A2
ip:10.1.2.4                                               | 10.1.2.3                     | fail     | fail             | fail     | fail     | fail
uri:sip:10.1.2.3:5061;transport=tls                       | 10.1.2.3                     | open A2  | pass             | fail     | open A2  | open A2
uri:sip:alice@10.1.2.3                                    | 10.1.2.3                     | open A2  | fail A2          | fail     | open A2  | open A2
uri:sips:10.1.2.3                                         | 10.1.2.3                     | open A3  | fail A3          | fail     | open A3  | open A3
uri:https://10.1.2.3/                                     | 10.1.2.3                     | fail A3  | fail A3          | fail     | fail A3  | fail A3
uri:https://10.1.2.3/ cn:10.1.2.3                         | 10.1.2.3                     | fail A17 | fail A3          | fail     | open A24 | pass
uri:sip:m.example.com dns:10.1.2.3                        | 10.1.2.3                     | pass     | fail A6          | fail     | pass     | pass
dns:10.1.2.3                                              | sip:10.1.2.3:5061            | pass     | open RFC5922-7.1 | fail     | pass     | pass
dns:10.1.2.3                                              | 10.1.2.3:5061                | pass     | open RFC5922-7.1 | fail     | pass     | pass
dns:010.1.2.3                                             | 10.1.2.3                     | fail     | fail             | fail     | fail     | fail
dns:10.1.2.30                                             | 10.1.2.3                     | fail     | fail             | fail     | fail     | fail
dns:10.1.2.3.example.com                                  | 10.1.2.3                     | fail     | fail             | fail     | fail     | fail
dns:10.1.2.3.                                             | 10.1.2.3                     | open A10 | open A10         | fail     | open A10 | open A10
uri:sip:010.1.2.3                                         | 10.1.2.3                     | fail     | fail             | fail     | fail     | fail

# IPv6 addresses, in any spelling
dns:2001:db8::1                                           | 2001:DB8:0::1                | pass     | open RFC5922-7.1 | fail     | pass     | pass
dns:2001:0db8:0000:0000:0000:0000:0000:0001               | 2001:db8::1                  | pass     | open RFC5922-7.1 | fail     | pass     | pass
dns:[2001:db8::1]                                         | 2001:db8::1                  | pass     | open RFC5922-7.1 | fail     | pass     | pass
dns:2001:db8::10                                          | 2001:db8::1                  | fail     | fail             | fail     | fail     | fail
uri:sip:[2001:db8::1]                                     | 2001:db8::1                  | pass     | pass             | fail     | open A2  | open A2
uri:sip:[2001:DB8:0:0::1]:5061                            | 2001:db8::1                  | open A2  | pass             | fail     | open A2  | open A2
uri:sip:2001:db8::1                                       | 2001:db8::1                  | fail     | fail             | fail     | fail     | fail
cn:2001:db8:0:0::1                                        | 2001:db8::1                  | pass     | fail             | fail     | open A24 | pass
ip:2001:db8::1                                            | [2001:db8::1]:5061           | open A1  | fail             | pass     | pass     | open A1
ip:2001:db8::1                                            | sip:[2001:db8::1]            | open A1  | fail             | pass     | pass     | open A1
dns:fe80::1%eth0                                          | fe80::1                      | fail     | fail             | fail     | fail     | fail
dns:::ffff:10.1.2.3                                       | ::ffff:a01:203               | pass     | open RFC5922-7.1 | fail     | pass     | pass
dns:::ffff:10.1.2.3                                       | 10.1.2.3                     | fail     | fail             | fail     | fail     | fail
ip:10.1.2.3                                               | ::ffff:10.1.2.3              | fail     | fail             | fail     | fail     | fail

# Hostile and odd characters: compared as they stand in the certificate
dns:m.example.com\x00.evil.org                            | m.example.com                | fail     | fail             | fail     | fail     | fail
cn:m.example.com\x00.evil.org                             | m.example.com                | fail     | fail             | fail     | fail     | fail
uri:sip:m.example.com\x00.evil.org                        | m.example.com                | fail     | fail             | fail     | fail     | fail
dns:10.1.2.3\x00                                          | 10.1.2.3                     | fail     | fail             | fail     | fail     | fail
dns:m.example.com\x00                                     | m.example.com                | fail     | fail             | fail     | fail     | fail
dns:\x20m.example.com                                     | m.example.com                | fail     | fail             | fail     | fail     | fail
dns:m.example.com\x20                                     | m.example.com                | fail     | fail             | fail     | fail     | fail
dns:m.example.com\x0a                                     | m.example.com                | fail     | fail             | fail     | fail     | fail
cn:\x20m.example.com                                      | m.example.com                | fail     | fail             | fail     | fail     | fail
dns:\x2010.1.2.3                                          | 10.1.2.3                     | fail     | fail             | fail     | fail     | fail
uri:sip:\x20m.example.com                                 | m.example.com                | fail     | fail             | fail     | fail     | fail
uri:\x20sip:m.example.com                                 | m.example.com                | fail     | fail             | fail     | fail     | fail
uri:sip:m.example.com\x0a                                 | m.example.com                | fail     | fail             | fail     | fail     | fail
dns:m..example.com                                        | m.example.com                | fail     | fail             | fail     | fail     | fail
dns:                                                      | m.example.com                | fail     | fail             | fail     | fail     | fail
cn:\u212a.example.com                                     | k.example.com                | fail     | fail             | fail     | fail     | fail
cn:\uff4d.example.com                                     | m.example.com                | fail     | fail             | fail     | fail     | fail
cn:\uff11\uff10.1.2.3                                     | 10.1.2.3                     | fail     | fail             | fail     | fail     | fail
cn:\u0661\u0660.1.2.3                                     | 10.1.2.3                     | fail     | fail             | fail     | fail     | fail
cn:m\u200b.example.com                                    | m.example.com                | fail     | fail             | fail     | fail     | fail
dns:xn--mnchen-3ya.example.com                            | münchen.example.com          | pass     | pass             | pass     | pass     | pass
dns:XN--MNCHEN-3YA.example.com                            | MÜNCHEN.example.com          | pass     | pass             | pass     | pass     | pass
cn:m\xfcnchen.example.com                                 | münchen.example.com          | fail     | fail             | fail     | fail     | fail
dns:m\xfcnchen.example.com                                | münchen.example.com          | fail     | fail             | fail     | fail     | fail
"""


@dataclass(frozen=True, slots=True)
class Case:
    """One row: names of the certificate, the reference, and outcome and reading by standard."""

    names: str
    reference: str
    expected: dict[str, tuple[str, str]]


def read_table() -> list[Case]:
    """The rows of the table; headings and empty lines are left out."""
    heading, *rows = [line for line in TABLE.splitlines() if line.strip() and not line.startswith("#")]
    assert tuple(_cells(heading)[2:]) == STANDARDS_OF_TABLE
    return [_case(_cells(row)) for row in rows]


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.split("|")]


def _case(cells: list[str]) -> Case:
    names, reference, *outcomes = cells
    expected = {}
    for standard, cell in zip(STANDARDS_OF_TABLE, outcomes, strict=True):
        outcome, _, reading = cell.partition(" ")
        expected[standard] = (outcome, reading)
    return Case(names, reference, expected)
