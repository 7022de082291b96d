"""Remedies as sentences, for one device or for many."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.domain.slots import TRUST_STORE_SLOTS, Place, Slot
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import listed
from mcuaudit.wording.places import OF_PEERS, place_words, slot_words

_SENTENCES: Final = {
    RemedyKind.ACTIVATE_FEATURE_KEY: "Activate the feature key {0} or {1} on {place}.",
    RemedyKind.ADD_AUTHORITY: "Add {names} to the {place}{file}.",
    RemedyKind.ADD_AUTHORITY_OR_REISSUE: (
        "Add the certificate of {0} to the {place}{file}, or have the certificate reissued by its CA."
    ),
    RemedyKind.ADD_EVIDENCE: "Add {names} to the export.",
    RemedyKind.ADD_ISSUER: "Add the issuing CA to the {place}{file}.",
    RemedyKind.ADD_PEERS_AUTHORITIES: "Add the CA certificates of the peers to the {place}{file}.",
    RemedyKind.ADD_USER: 'Add the user "{0}" to the device, or correct `user` of {1} in peers.toml.',
    RemedyKind.CHANGE_SETTING: "Set “{label}” on {place} to “{1}”.",
    RemedyKind.CHECK_CLOCK: (
        "Check the clocks of the verifier and of the issuing CA, or use a certificate that is already valid."
    ),
    RemedyKind.CHECK_STATUS: "Ask the CA for the status of the certificate, and replace it if it was revoked.",
    RemedyKind.CORRECT_EVIDENCE: "Correct {names}; see Problems for details.",
    RemedyKind.CORRECT_NAME: "Correct the name.",
    RemedyKind.EXPORT_AGAIN: "Export {names} again.",
    RemedyKind.FIND_SIGNER: "Find the certificate of {0} that has the signing key, or have the certificate reissued.",
    RemedyKind.GRANT_ADMINISTRATOR: "Give {user} on {place} the privilege level “administrator”.",
    RemedyKind.ISSUE_BY_TRUSTED_AUTHORITY: "Have the certificate issued by a CA that is in the {place}{file}.",
    RemedyKind.ISSUE_FROM_HIGHER_AUTHORITY: (
        "Have the certificate issued by a CA higher in the path, or the CA certificate reissued with a larger "
        "pathLenConstraint."
    ),
    RemedyKind.KEEP_ONE_FILE: "Keep the correct one of {names}, and remove the rest.",
    RemedyKind.PRESENT_AUTHORITY: "Present {names}, or add it to the {place}{file}.",
    RemedyKind.PROVIDE_CERTIFICATE: (
        "Give {owner} a certificate that the MCU trusts, or choose a less strict “{setting}” setting."
    ),
    RemedyKind.PROVIDE_SERVER_CERTIFICATE: (
        "Give {owner} a certificate that the MCU trusts, or correct its certificate in peers.toml."
    ),
    RemedyKind.REISSUE: "Reissue the {place}.",
    RemedyKind.REISSUE_FOR_ADMINISTRATOR: "Reissue the {place} with an administrator's user name as its CN.",
    RemedyKind.REISSUE_FOR_USER: (
        "Reissue the {place} with a user name of the device as its CN: an administrator's, if one is to log in with it."
    ),
    RemedyKind.REISSUE_FROM_PRIVATE_AUTHORITY: "Have the {place} issued by a private CA.",
    RemedyKind.REISSUE_WITHIN_CONSTRAINTS: (
        "Have the certificate reissued with names that {0} may certify, or by a CA other than {1}."
    ),
    RemedyKind.REISSUE_WITHOUT_EXTENSION: "Have the certificate reissued without that extension.",
    RemedyKind.REISSUE_WITH_ALGORITHM: "Use RSA keys of 2048 to 4096 bits and SHA-2 signatures.",
    RemedyKind.REISSUE_WITH_KEY_USAGE: "Reissue the {place} with {names} in the keyUsage.",
    RemedyKind.REISSUE_WITH_NAMES: (
        "Reissue the {place} with {names} in a DNS entry and a sip: URI entry of the subjectAltName."
    ),
    RemedyKind.REISSUE_WITH_NEW_KEY: "Create a new RSA key of 2048 to 4096 bits, and reissue the {place} for it.",
    RemedyKind.REISSUE_WITH_ONE_COMMON_NAME: "Reissue the {place} with one CN.",
    RemedyKind.REISSUE_WITH_PURPOSE: "Reissue the {place} with {names}.",
    RemedyKind.REISSUE_WITH_PURPOSE_OR_WITHOUT: "Have the certificate reissued with {0} or without {1}.",
    RemedyKind.REMOVE_AUTHORITY: "Remove the CA certificate from the {place}{file}.",
    RemedyKind.REMOVE_CERTIFICATE: "Remove {0} from the {place}{file}.",
    RemedyKind.REMOVE_BAD_PATH: "Remove the certificates of the invalid path from the {place}.",
    RemedyKind.REMOVE_LOOP: "Remove the CA certificates that form a loop through {0} from the {place}{file}.",
    RemedyKind.REMOVE_SECRET: "Remove {names} from the export and from all copies.",
    RemedyKind.REMOVE_UNUSED_AUTHORITIES: "Remove CA certificates that are not needed from the {place}{file}.",
    RemedyKind.RENAME_EVIDENCE: "Rename {0} to {1}.",
    RemedyKind.REPLACE_BY_AUTHORITY: (
        "Replace the certificate with a CA certificate: basicConstraints with cA TRUE and, if keyUsage is present, "
        "keyCertSign."
    ),
    RemedyKind.REPLACE_COPY: (
        "Compare {0} in {1} with the copy of its CA, and replace it if it is damaged; otherwise have the certificate "
        "reissued."
    ),
    RemedyKind.REPLACE_EXPIRED: "Replace {0} with a current certificate.",
    RemedyKind.RESTART: "Restart {place}.",
    RemedyKind.SAVE_OCSP_RESPONSE: "Save a current response, for example with openssl ocsp -respout.",
    RemedyKind.SET_SETTING: "Set “{label}” on {place}.",
    RemedyKind.SWITCH_OFF: "Switch off “{label}” on {place}.",
    RemedyKind.SWITCH_ON: "Switch on “{label}” on {place}.",
    RemedyKind.TICK_LOCAL_CERTIFICATE: "Tick “Use local certificate for outgoing connections” (Settings > SIP).",
    RemedyKind.UPGRADE_SOFTWARE: "Upgrade {place} to software {0} or later.",
    RemedyKind.UPLOAD_WITH_KEY: "Upload the {place} together with the private key used for its certificate request.",
}


_PARTS: Final = {
    RemedyKind.ADD_AUTHORITY_OR_REISSUE: (
        "Add the certificate of {0} to the {place}{file}.",
        "Or have the certificate reissued by its CA.",
    ),
    RemedyKind.CHECK_CLOCK: (
        "Check the clocks of the verifier and of the issuing CA.",
        "Or issue a certificate that is already valid.",
    ),
    RemedyKind.PRESENT_AUTHORITY: ("Present {names}.", "Or add {names} to the {place}{file}."),
    RemedyKind.PROVIDE_CERTIFICATE: (
        "Give {owner} a certificate that the MCU trusts.",
        "Or choose a less strict “{setting}” setting.",
    ),
    RemedyKind.PROVIDE_SERVER_CERTIFICATE: (
        "Give {owner} a certificate that the MCU trusts.",
        "Or correct the certificate of {owner} in peers.toml.",
    ),
    RemedyKind.REPLACE_COPY: (
        "Compare {0} in {1} with the copy of its CA, and replace it if it is damaged.",
        "Or have the certificate reissued.",
    ),
}
"""Remedies that offer a choice between what different people do, as a sentence for each."""


_CLAUSES: Final = {
    kind: f"{template[0].lower()}{template[1:].removesuffix('.')}" for kind, template in _SENTENCES.items()
}
"""The same without capital letter and full stop; each begins with a verb."""
_TAKES_SEVERAL: Final = frozenset(
    {
        RemedyKind.ADD_AUTHORITY, RemedyKind.ADD_EVIDENCE, RemedyKind.EXPORT_AGAIN, RemedyKind.PRESENT_AUTHORITY,
        RemedyKind.REISSUE_WITH_NAMES, RemedyKind.REISSUE_WITH_PURPOSE,
    }
)  # fmt: skip
"""Remedies whose subject is a list, so that several at one place are one."""


_KEY: Final = re.compile(r"(?:the )?((?:\S+/)?settings\.toml) \[([\w.]+)\] (\w+)")
_CONNECTION: Final = re.compile(r"((?:\S+/)?peers\.toml) \[\[peer\]\] connections (\w+)")


def evidence_sentence(evidence: str) -> str:
    """How to add one file or key to the export."""
    if key := _KEY.fullmatch(evidence):
        return f"Record `{key[3]}` under [{key[2]}] in {key[1]}."
    if connection := _CONNECTION.fullmatch(evidence):
        return f'Declare a peer with `connections = ["{connection[2]}"]` in {connection[1]}.'
    return f"Add {evidence} to the export."


def remedy_sentence(remedy: Remedy) -> str:
    """What to do, for the one place that the remedy names."""
    if remedy.kind is RemedyKind.ADD_EVIDENCE and len(remedy.subject) == 1:
        return evidence_sentence(remedy.subject[0])
    return _for_its_place(_SENTENCES, remedy)


def remedy_sentences(remedy: Remedy) -> tuple[str, ...]:
    """What to do, with a sentence for each part that other people do: ``Give … a certificate.``, ``Or choose …``."""
    templates = _PARTS.get(remedy.kind)
    if templates is None:
        return (remedy_sentence(remedy),)
    return tuple(_for_its_place({remedy.kind: template}, remedy) for template in templates)


def remedy_sentence_for(remedies: Sequence[Remedy]) -> str:
    """What to do, for one remedy or for several: a sentence for each kind, with what they have in common said once.

    ``Add CN=Root to the SIP trust store of each of these 27 devices.``
    """
    kinds: dict[object, list[Remedy]] = {}
    for remedy in dict.fromkeys(remedies):
        kinds.setdefault((remedy.kind, remedy.target and remedy.target.slot), []).append(remedy)
    return " ".join(sentence for alike in kinds.values() for sentence in _sentences(alike))


def _sentences(alike: Sequence[Remedy]) -> list[str]:
    """The sentences for remedies of one kind that have the same slot."""
    first = alike[0]
    owners = _owners(remedy.target for remedy in alike if remedy.target)
    subjects = {remedy.subject for remedy in alike}
    if len(owners) > 1 and len(subjects) == 1 and first.target:
        place = _several_places(first.target.slot, owners)
        return [_filled(_SENTENCES[first.kind], first, place, "", listed(owners, len(owners)))]
    if len(owners) < 2 and first.kind in _TAKES_SEVERAL:
        names = dict.fromkeys(name for remedy in alike for name in remedy.subject)
        return [remedy_sentence(replace(first, subject=tuple(names)))]
    return list(dict.fromkeys(remedy_sentence(remedy) for remedy in alike))


def _owners(targets: Iterable[Place]) -> list[str]:
    """The owners, sorted; peers with the same name at two sites each with a file."""
    files: dict[str, set[str]] = {}
    for target in targets:
        files.setdefault(target.owner, set()).add(target.file if target.slot in OF_PEERS else "")
    return sorted(f"{owner} ({file})" if len(found) > 1 else owner for owner, found in files.items() for file in found)


def _several_places(slot: Slot | None, owners: Sequence[str]) -> str:
    """One slot of several devices or peers, or the devices themselves."""
    if slot in OF_PEERS:
        return f"{slot_words(slot)} of {listed(owners, len(owners))}"
    devices = f"each of these {plural(len(owners), 'device')}"
    return f"{slot_words(slot)} of {devices}" if slot else devices


def _for_its_place(templates: Mapping[RemedyKind, str], remedy: Remedy) -> str:
    target = remedy.target
    place = place_words(target) if target and target.owner else _anywhere(remedy)
    file = f" ({target.file})" if target and target.file else ""
    return _filled(templates[remedy.kind], remedy, place, file, target.owner if target else "the peer")


def _filled(template: str, remedy: Remedy, place: str, file: str, owner: str) -> str:
    names = listed(remedy.subject, len(remedy.subject))
    setting = names or "the setting that requires one"
    user = f'the user "{remedy.subject[0]}"' if remedy.subject else "a user"
    key = next(iter(remedy.subject), "")
    label = SETTING_BY_KEY[key].label if key in SETTING_BY_KEY else key
    return template.format(
        *remedy.subject, names=names, place=place, file=file, owner=owner, setting=setting, label=label, user=user
    )


def _anywhere(remedy: Remedy) -> str:
    """The place where no device is known yet."""
    if remedy.target and remedy.target.slot and remedy.target.slot not in (*TRUST_STORE_SLOTS, Slot.PEER_TRUST_STORE):
        return slot_words(remedy.target.slot)
    return "certificate" if remedy.kind.startswith("reissue") else "trust store"


def remedy_clause(remedy: Remedy) -> str:
    """The same without capital letter and full stop, for the middle of a sentence."""
    return _for_its_place(_CLAUSES, remedy)
