"""A file of certificates: what is in it counts, not what it is called or how it is wrapped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final, NamedTuple

from mcuaudit.decode import armour, contents, left_out, left_over, mixed
from mcuaudit.decode.certificate import decode_certificate
from mcuaudit.decode.characters import Characters
from mcuaudit.decode.contents import Member, members, name_of
from mcuaudit.decode.records import Bundle, FoundCertificate, Problem
from mcuaudit.decode.unarmoured import end_of, unarmoured
from mcuaudit.domain.certificate import Certificate
from mcuaudit.errors import Undecodable, nearest

SECRET_REASON = "private key. Remove it; if others could read the file, generate a new key and reissue the certificate"
NO_CERTIFICATE = (
    "The file contains no certificate. Put the certificates of the device into it, as PEM. If the file is removed, "
    "that of the site or fleet is used"
)
NO_CERTIFICATE_OF_PEER = (
    "The file contains no certificate. Put those that the peer presents, its own first, or the CA certificates that it "
    "trusts into it, as PEM"
)
EMPTY_REASON = (
    "the file is empty. Export it again. If the trust store is empty on the device, write the line # empty into the "
    "file instead"
)
_CONFLICT = 'git marks a conflict here ("<<<<<<<" or ">>>>>>>"): two versions of the file are mixed; keep one of them'

_TEXT: Final = re.compile(rb"[\t\n\r\x20-\x7e]*")

_CERTIFICATES: Final = frozenset(
    {"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", "PKCS7", "CMS", "PKCS #7 SIGNED DATA", "CERTIFICATES"}
)
_BARE: Final = "base64 without a BEGIN line"
_MISSPELT: Final = 0.85
_TRUSTED: Final = frozenset({"TRUSTED CERTIFICATE"})
_NOT_CERTIFICATES: Final = {
    "CERTIFICATE REQUEST": "a certificate request",
    "NEW CERTIFICATE REQUEST": "a certificate request",
    "PUBLIC KEY": "a public key",
    "RSA PUBLIC KEY": "a public key",
    "SSH2 PUBLIC KEY": "an SSH public key",
    "OCSP RESPONSE": "an OCSP response",
    "PGP PUBLIC KEY BLOCK": "a PGP public key",
    "PGP MESSAGE": "a PGP message",
    "PKCS12": "PKCS#12",
}
_CLOSED: Final = frozenset({"PKCS12", "PGP MESSAGE", "AGE ENCRYPTED FILE"})
_OPEN_IT: Final = (
    "which cannot be opened without its key or password. It may contain a certificate: extract it as PEM, or remove "
    "the block"
)
_MAY_HOLD: Final = (
    "which is not read and may hold a certificate. Put its certificate into the file as PEM, or remove the block"
)
_SIGNATURES: Final = frozenset(
    {"PGP SIGNATURE", "PGP SIGNED MESSAGE", "SSH SIGNATURE", "SSL SESSION PARAMETERS", "ATTRIBUTE CERTIFICATE"}
)
_LEAST: Final = 150
"""Octets of the shortest certificate."""
_LISTS: Final = frozenset({"X509 CRL", "CRL"})
_KNOWN: Final = _CERTIFICATES | _LISTS


def decode_bundle(data: bytes, most: int, *, of_peer: bool = False) -> Bundle:
    """The certificates of one file, in order; what cannot be read is a problem with its block and line.

    Each block, and each member of a PKCS#7, is read whole, or read but for the fields that its record names, or refused
    with one problem.

    Args:
        data: the content of the file.
        most: the largest number of certificates that is read.
        of_peer: the file is one of a peer, and not of a device.
    """
    collected = _Collected(most, NO_CERTIFICATE_OF_PEER if of_peer else NO_CERTIFICATE)
    plain = armour.plain_blocks(data)
    if plain is not None:
        for block in plain:
            collected.add_block(block)
    elif not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\v\f\0\x1a") and set(data) != {0}:
        collected.refuse("", EMPTY_REASON)
    elif name := contents.archive_of(data):
        collected.refuse("", f"expected certificates in PEM, DER or PKCS#7, found {name}")
    elif data[:1] == b"\x30" and not _TEXT.fullmatch(data) and b"-----BEGIN" not in data:
        collected.add_members(list(members(data)), "", None)
    else:
        _add_parts(data, collected)
    return collected.bundle()


@lru_cache(maxsize=200_000)
def decode_once(der: bytes) -> Certificate:
    """As `decode_certificate`, with a memory: fleets hold the same CAs thousands of times."""
    return decode_certificate(der)


def _add_parts(data: bytes, collected: _Collected) -> None:
    """Add what is in a file of text, and in the elements of DER that stand in it."""
    found = mixed.parts(data)
    for part in found:
        if not part.members and (lost := mixed.lost_octets(data, part)):
            collected.refuse(*lost)
        if part.members:
            collected.add_members(part.members, f"DER, octet {part.start + 1}", None)
        else:
            _add_text(Characters(mixed.text_of(data, part)), collected)
    collected.refuse_left_over()
    if collected.nothing and _says_empty(Characters(data).text):
        collected.is_declared_empty = True
    elif collected.nothing:
        name = name_of(data)
        advice = "" if ";" in name else "; export the certificates again, as PEM"
        collected.refuse("", f"expected certificates in PEM, DER or PKCS#7, found {name}{advice}")


def _add_text(characters: Characters, collected: _Collected) -> None:
    without = left_out.conflict(characters) or range(0)
    if without:
        # Which of the versions is on the device is not known, so no certificate in them counts.
        collected.refuse(f"line {without.start}", _CONFLICT)
    elif found := left_out.not_the_file(characters.text):
        position, reason = found
        without = range(characters.text.count("\n") + 2)
        collected.refuse(f"line {characters.line(position)}", reason)
    comments = left_out.Comments(characters.text)
    after = 0
    parts = list(armour.blocks(characters))
    distrusted = dict(_distrusted(parts))
    for number, part in enumerate(parts):
        if isinstance(part, armour.Block):
            sign, stranger = comments.sign(part.position, after), comments.stranger(part.position, after)
            why = left_out.why_commented(sign) if sign else left_out.why_strange(stranger) if stranger else ""
            why = why or distrusted.get(number, "")
            collected.add_block(part, counts=part.line not in without, why_not=why)
        else:
            after = part[0]
            _add_unarmoured(*part, characters, comments, without, collected)


def _distrusted(parts: Sequence[armour.Block | tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The numbers of the blocks beside which a text says that they are not trusted, and why they do not count."""
    for number, part in enumerate(parts):
        said = None if isinstance(part, armour.Block) else left_out.distrusted(part[1])
        if said is None or isinstance(part, armour.Block):
            continue
        before, after = left_out.whose(part[1], said[0]) if number else (False, True)
        after = after and number + 1 < len(parts)
        yield from (
            (one, left_out.why_distrusted(said[1]))
            for one, is_meant in ((number - 1, before or not after), (number + 1, after))
            if is_meant
        )


def _add_unarmoured(
    start: int, text: str, characters: Characters, comments: left_out.Comments, without: range, collected: _Collected
) -> None:
    before, left = not collected.has_certificates, text
    for position, data in unarmoured(text):
        at = characters.line(start + position)
        where = f"line {at}, {_BARE}"
        sign = comments.sign(start + position)
        found = list(members(data))
        useful = [member for member in found if member.kind != contents.REFUSED]
        # What follows whole elements is text, or something that is left over.
        following = sum(len(member.data) for member in found[-1:] if useful and member.kind == contents.REFUSED)
        end = end_of(text, position, len(data) - following)
        left = left[:position] + re.sub(r"[^\n\v]", " ", left[position:end]) + left[end:]
        if sign and at not in without:
            collected.refuse(where, left_out.why_commented(sign))
        elif at not in without:
            collected.add_members((found[:-1] if following else found) if useful else found[:1], where, at)
    octets = mixed.place_of_octets(left)
    if octets is not None and (collected.has_certificates or armour.is_armoured(characters.text)):
        collected.refuse(f"line {characters.line(start + octets)}", mixed.NEITHER)
    elif characters.line(start) not in without:
        collected.left_over.append(_LeftOver(characters, start, left, before))


class _LeftOver(NamedTuple):
    """A text between blocks, and whether it is before all certificates."""

    characters: Characters
    start: int
    text: str
    before: bool


def _says_empty(text: str) -> bool:
    """Whether a person wrote that the store is empty on the device: the line ``# empty``, and no other."""
    return [line.split() for line in text.casefold().splitlines() if line.strip()] in ([["#", "empty"]], [["#empty"]])


class _Collected:
    """What was found in a file so far."""

    def __init__(self, most: int, advice: str) -> None:
        self._most, self._advice = most, advice
        self._found: list[FoundCertificate] = []
        self._problems: list[Problem] = []
        self._lists: list[bytes] = []
        self._damaged = self._first_lost = self._full = self._lists_damaged = False
        self._blocks = 0
        self.is_declared_empty = False
        self.left_over: list[_LeftOver] = []

    @property
    def has_certificates(self) -> bool:
        """At least one certificate was read."""
        return bool(self._found)

    @property
    def nothing(self) -> bool:
        """Nothing was found, not even something to refuse."""
        return not (self._found or self._problems or self._lists)

    def bundle(self) -> Bundle:
        """All of it; without a certificate it is damaged, unless it says that there is none."""
        damaged = self._damaged or not (self._found or self.is_declared_empty)
        first_lost = self._first_lost or (damaged and not self._found)
        return Bundle(tuple(self._found), self._said(), damaged, first_lost, tuple(self._lists), self._lists_damaged)

    def _said(self) -> tuple[Problem, ...]:
        """The problems; if all there is does not belong here, the last of them says what does."""
        only_others = all(problem.kind in ("secret", "unrecognised") for problem in self._problems)
        if self._found or self._lists or not self._problems or not only_others:
            return tuple(self._problems)
        *before, last = self._problems
        return (*before, replace(last, reason=f"{last.reason}. {self._advice}"))

    def refuse(self, where: str, reason: str) -> None:
        """Note that something there cannot be read."""
        self._damaged = True
        self._first_lost = self._first_lost or not self._found
        self._problems.append(Problem("unreadable", where, reason))

    def refuse_left_over(self) -> None:
        """Note what in the texts between the blocks may be a certificate that was not read."""
        if self._found or self._lists:
            self._refuse_left_over()

    def _refuse_left_over(self) -> None:
        serials = None
        if self._found and not self._damaged:
            serials = frozenset(one.certificate.serial_number for one in self._found)
        lines: dict[str, list[int]] = {}
        said = {problem.where for problem in self._problems}
        for left in self.left_over:
            for place in left_over.places(left.text, serials):
                line = left.characters.line(left.start + place.position)
                if f"line {line}, {_BARE}" not in said:
                    lines.setdefault(place.reason, []).append(line)
                # Behind a CA alone, it may be the end entity.
                self._first_lost |= left.before or not self._found or self._found[0].certificate.may_be_ca
        for reason, found in lines.items():
            self._damaged = True
            self._problems.append(Problem("unreadable", _lines(found), reason))

    def add_block(self, block: armour.Block, *, counts: bool = True, why_not: str = "") -> None:
        """Add what is in a block of PEM; of one that does not count, or is refused with `why_not`, a private key."""
        self._blocks += 1
        where = f"PEM block {self._blocks}, {block.where}"
        if self._full:
            return
        lists = len(self._lists)
        self._add_block(block, where, counts=counts, why_not=why_not)
        self._lists_damaged |= _is_list(block.label) and lists == len(self._lists)

    def _add_block(self, block: armour.Block, where: str, *, counts: bool, why_not: str) -> None:
        if "PRIVATE KEY" in block.label:
            self._problems.append(Problem("secret", where, SECRET_REASON))
        elif not counts:
            return
        elif why_not:
            # A block that is refused as a whole is named by its first line.
            self.refuse(where if block.data is not None else f"PEM block {self._blocks}, line {block.line}", why_not)
        elif (block.label in _CLOSED or block.label.startswith("ENCRYPTED ")) and not _is_short(block):
            name = f", {_NOT_CERTIFICATES[block.label]}" if block.label in _NOT_CERTIFICATES else ""
            self.refuse(f"PEM block {self._blocks}, line {block.line}", f'found "{block.label}"{name}, {_OPEN_IT}')
        elif _is_other(block):
            name = _NOT_CERTIFICATES.get(block.label, "parameters of a key")
            reason = f'found "{block.label}", {name}; only certificates belong here'
            self._problems.append(Problem("unrecognised", where, reason))
        elif block.label in _TRUSTED and block.data is not None and (refused := contents.rejected(block.data)):
            self.refuse(where, _rejected(refused))
        else:
            self._add_octets(block, where)

    def _add_octets(self, block: armour.Block, where: str) -> None:
        # One certificate and nothing else, as in nearly every block.
        if block.data is not None:
            try:
                self._keep([(decode_once(block.data), where)], block.line)
                return
            except Undecodable:
                # The content shows what else is in it.
                pass
        misspelt = None if block.label in _KNOWN else nearest(block.label, _KNOWN, least=_MISSPELT)
        known = misspelt is not None or block.label in _KNOWN
        try:
            found = list(members(block.octets(), trusted=block.label in _TRUSTED))
        except Undecodable as error:
            found = []
            if known:
                self.refuse(where, f'"{block.label}" is not "{misspelt}"; {error.reason}' if misspelt else error.reason)
        if known or any(member.kind != contents.REFUSED for member in found):
            self.add_members(found, where, block.line)
        elif block.label in _SIGNATURES or block.data is None or _is_short(block):
            reason = f'found "{block.label}"; only certificates belong here'
            self._problems.append(Problem("unrecognised", where, reason))
        else:
            self.refuse(where, f'found "{block.label}", {_MAY_HOLD}')

    def add_members(self, found: Sequence[Member], where: str, line: int | None) -> None:
        """Add the members of a block or a file; those of a PKCS#7 with the end entity first."""
        read: list[tuple[Certificate, str]] = []
        lost = before = False
        for number, member in enumerate(found, start=1):
            place = where if len(found) == 1 else f"{where}, certificate {number}".removeprefix(", ")
            reason = member.reason
            if member.kind == contents.CERTIFICATE:
                try:
                    read.append((decode_once(member.data), place))
                    continue
                except Undecodable as error:
                    reason = error.reason
            elif member.kind == contents.CRL:
                self._lists.append(member.data)
                continue
            self._lists_damaged |= contents.begins_as_list(member.data)
            secret = member.kind == contents.KEY
            self._problems.append(
                Problem("secret", place, SECRET_REASON) if secret else Problem("unreadable", place, reason)
            )
            lost, before = True, before or not read
        if any(member.of_set for member in found):
            read = _end_entity_first(read)
            # Whatever a set has lost may be its end entity.
            before = lost and (not read or read[0][0].may_be_ca)
        self._damaged = self._damaged or lost
        self._first_lost = self._first_lost or (before and not self._found)
        self._keep(read, line)

    def _keep(self, read: list[tuple[Certificate, str]], line: int | None) -> None:
        for certificate, place in read:
            if len(self._found) >= self._most:
                self._full = self._damaged = True
                reason = f"the file holds more than {self._most} certificates; the rest was not read"
                self._problems.append(Problem("unreadable", place, reason))
                return
            self._found.append(FoundCertificate(certificate, len(self._found) + 1, line))
            self._remark(certificate, place)

    def _remark(self, certificate: Certificate, place: str) -> None:
        """Say what of a certificate cannot be read, or is written in another way than it should be."""
        title = certificate.subject_text or "the certificate"
        if certificate.unreadable:
            fields = ", ".join(certificate.unreadable)
            self._problems.append(Problem("unreadable", place, f"{title} was read, except these fields: {fields}"))
        elif set(certificate.oddly_encoded) - {"issuer"}:
            # The name of the issuer is noted with its own certificate.
            fields = ", ".join(certificate.oddly_encoded)
            reason = f"{title} was read, but these fields are not encoded as RFC 5280 requires: {fields}"
            self._problems.append(Problem("note", place, reason))


def _is_list(label: str) -> bool:
    """Whether a label is that of a CRL, or nearly."""
    return (label if label in _KNOWN else nearest(label, _KNOWN, least=_MISSPELT)) in _LISTS


def _is_short(block: armour.Block) -> bool:
    """Whether a block is too short for a certificate."""
    return block.data is not None and len(block.data) < _LEAST


def _is_other(block: armour.Block) -> bool:
    """Whether the content of a block is something else than certificates, as its label says."""
    if block.label not in _NOT_CERTIFICATES and not block.label.endswith("PARAMETERS"):
        return False
    found = members(block.data) if block.data else ()
    return all(member.kind == contents.REFUSED for member in found)


def _rejected(uses: Sequence[str]) -> str:
    return (
        f"a certificate whose OpenSSL trust settings reject it ({', '.join(uses)}), so it is not known whether the "
        "device trusts it. Remove the block, or put the certificate here as openssl x509 -clrtrust -clrreject writes it"
    )


def _lines(numbers: Sequence[int]) -> str:
    """Where something is, with the first three lines of many."""
    several = f" and {len(numbers) - 3} more" if len(numbers) > 3 else ""
    return f"line{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers[:3]))}{several}"


def _end_entity_first(read: list[tuple[Certificate, str]]) -> list[tuple[Certificate, str]]:
    """PKCS#7 holds a set: the one that issued none of the others comes first, as in the other forms."""
    issuers = Counter(one.issuer for one, _ in read)
    return sorted(read, key=lambda one: issuers[one[0].subject] > (one[0].subject == one[0].issuer))
