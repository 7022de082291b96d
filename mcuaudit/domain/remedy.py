"""What would fix a cause, as data: words can be made from it for one device or many, and it can be applied."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from mcuaudit.domain.name_lists import join_names, split_names
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.errors import UsageError


class RemedyKind(StrEnum):
    """Kinds of remedies, each with the parts of its subject."""

    ACTIVATE_FEATURE_KEY = "activate_feature_key"
    """On the device at the target, one of two: their names."""
    ADD_AUTHORITY = "add_authority"
    """To the store at the target: the names of the CAs."""
    ADD_AUTHORITY_OR_REISSUE = "add_authority_or_reissue"
    """To the store at the target: the name of the CA, and what distinguishes it from others of that name."""
    ADD_EVIDENCE = "add_evidence"
    """To the export: the file or key."""
    ADD_ISSUER = "add_issuer"
    """To the store at the target: the CA that issued its certificate; no subject."""
    ADD_PEERS_AUTHORITIES = "add_peers_authorities"
    """To the store at the target: the CAs of all peers; no subject."""
    ADD_USER = "add_user"
    """To the device at the target: the user name, and the peer that uses it."""
    CHANGE_SETTING = "change_setting"
    """Of the device at the target: the dotted key, and the value."""
    CHECK_CLOCK = "check_clock"
    """Or use a certificate that is already valid; no subject."""
    CHECK_STATUS = "check_status"
    """Of the certificate at the target with its CA; no subject."""
    CORRECT_EVIDENCE = "correct_evidence"
    """In the export: the file, or file and key, that cannot be read."""
    CORRECT_NAME = "correct_name"
    """That the export has for the certificate at the target; no subject."""
    EXPORT_AGAIN = "export_again"
    """The file."""
    FIND_SIGNER = "find_signer"
    """The name of the CA whose key signed; or have it reissued."""
    GRANT_ADMINISTRATOR = "grant_administrator"
    """To a user of the device at the target: the user, or none where any user will do."""
    ISSUE_BY_TRUSTED_AUTHORITY = "issue_by_trusted_authority"
    """The certificate, by a CA that is in the store at the target; no subject."""
    ISSUE_FROM_HIGHER_AUTHORITY = "issue_from_higher_authority"
    """Or raise pathLenConstraint; no subject."""
    KEEP_ONE_FILE = "keep_one_file"
    """In the export: the files, where a device can have one only."""
    PRESENT_AUTHORITY = "present_authority"
    """With the certificate, or add it to the store at the target: the names of the CAs."""
    PROVIDE_CERTIFICATE = "provide_certificate"
    """To the peer at the target, one that the MCU trusts, or choose a less strict setting: the name of the setting."""
    PROVIDE_SERVER_CERTIFICATE = "provide_server_certificate"
    """To the peer at the target, one that the MCU trusts; no subject."""
    REISSUE = "reissue"
    """The certificate at the target; no subject."""
    REISSUE_FOR_ADMINISTRATOR = "reissue_for_administrator"
    """The certificate at the target with a CN that is the name of an administrator; no subject."""
    REISSUE_FOR_USER = "reissue_for_user"
    """The certificate at the target with a CN that matches a user of the device; no subject."""
    REISSUE_FROM_PRIVATE_AUTHORITY = "reissue_from_private_authority"
    """The certificate at the target; no subject."""
    REISSUE_WITHIN_CONSTRAINTS = "reissue_within_constraints"
    """The names of the CA with the constraints, and of the issuer."""
    REISSUE_WITHOUT_EXTENSION = "reissue_without_extension"
    """No subject."""
    REISSUE_WITH_ALGORITHM = "reissue_with_algorithm"
    """RSA keys of 2048 to 4096 bits and SHA-2 signatures; no subject."""
    REISSUE_WITH_KEY_USAGE = "reissue_with_key_usage"
    """The certificate at the target: the keyUsage bits."""
    REISSUE_WITH_NAMES = "reissue_with_names"
    """The certificate at the target: the names."""
    REISSUE_WITH_NEW_KEY = "reissue_with_new_key"
    """The certificate at the target, for a new RSA key of 2048 to 4096 bits; no subject."""
    REISSUE_WITH_ONE_COMMON_NAME = "reissue_with_one_common_name"
    """The certificate at the target; no subject."""
    REISSUE_WITH_PURPOSE = "reissue_with_purpose"
    """The certificate at the target: the purpose."""
    REISSUE_WITH_PURPOSE_OR_WITHOUT = "reissue_with_purpose_or_without"
    """The purpose, and the extension in which it is missing."""
    REMOVE_AUTHORITY = "remove_authority"
    """From the store at the target; no subject."""
    REMOVE_CERTIFICATE = "remove_certificate"
    """From the store at the target: the subject of the certificate, and its SHA-256."""
    REMOVE_BAD_PATH = "remove_bad_path"
    """From the store at the target, the certificates of the path that fails; no subject."""
    REMOVE_LOOP = "remove_loop"
    """From the store at the target, the certificates of a loop: the name of the CA."""
    REMOVE_SECRET = "remove_secret"
    """From the export and all copies: the file."""
    REMOVE_UNUSED_AUTHORITIES = "remove_unused_authorities"
    """From the store at the target; no subject."""
    RENAME_EVIDENCE = "rename_evidence"
    """In the export: the file whose name or directory is wrong, and where it belongs."""
    REPLACE_BY_AUTHORITY = "replace_by_authority"
    """The anchor by a CA certificate with basicConstraints; no subject."""
    REPLACE_COPY = "replace_copy"
    """Of a certificate that is presented with the one at the target: its name, and the file in the export."""
    REPLACE_EXPIRED = "replace_expired"
    """The certificate, named in the subject, by one that is valid longer: what the target is or has, or what is
    presented with it."""
    RESTART = "restart"
    """The device at the target; no subject."""
    SAVE_OCSP_RESPONSE = "save_ocsp_response"
    """About the certificate at the target; no subject."""
    SET_SETTING = "set_setting"
    """Of the device at the target: the dotted key; the export cannot know the value."""
    SWITCH_OFF = "switch_off"
    """The service or tick box of the device at the target: the dotted key."""
    SWITCH_ON = "switch_on"
    """The service or tick box of the device at the target: the dotted key."""
    TICK_LOCAL_CERTIFICATE = "tick_local_certificate"
    """On the device at the target, for outgoing connections; no subject."""
    UPGRADE_SOFTWARE = "upgrade_software"
    """Of the device at the target: the first version that will do."""
    UPLOAD_WITH_KEY = "upload_with_key"
    """The certificate at the target, with the private key used for its certificate request; no subject."""


OF_TRUST_STORES: Final = frozenset(
    {
        RemedyKind.ADD_AUTHORITY, RemedyKind.ADD_AUTHORITY_OR_REISSUE, RemedyKind.ADD_ISSUER,
        RemedyKind.ADD_PEERS_AUTHORITIES,
        RemedyKind.ISSUE_BY_TRUSTED_AUTHORITY, RemedyKind.PRESENT_AUTHORITY, RemedyKind.REMOVE_AUTHORITY,
        RemedyKind.REMOVE_BAD_PATH, RemedyKind.REMOVE_CERTIFICATE, RemedyKind.REMOVE_LOOP,
        RemedyKind.REMOVE_UNUSED_AUTHORITIES, RemedyKind.REPLACE_BY_AUTHORITY,
    }
)  # fmt: skip
"""Remedies whose target is a trust store; that of the others is a certificate, a device or a peer."""
_NONE = "-"
_AT = "@"


@dataclass(frozen=True, slots=True)
class Remedy:
    """One change that would fix a cause.

    Attributes:
        kind: what to do.
        subject: what it uses, by names; see `RemedyKind`.
        target: its place; None if that is not known yet, as in a certification path without a device.
    """

    kind: RemedyKind
    subject: tuple[str, ...] = ()
    target: Place | None = None

    @property
    def remedy_id(self) -> str:
        """Kind, target and subject in one line; equal remedies have equal ids."""
        at: tuple[str, ...] = ()
        if self.target:
            at = (_AT, self.target.slot or _NONE, self.target.owner or _NONE, self.target.file or _NONE)
        return join_names((self.kind, *at, *self.subject))

    def at(self, target: Place) -> Remedy:
        """The same remedy at another place."""
        return replace(self, target=target)


def parse_remedy(remedy_id: str) -> Remedy:
    """The remedy that has this id.

    Raises:
        UsageError: it is not the id of a remedy.
    """
    try:
        return _parsed(*split_names(remedy_id))
    except (AttributeError, TypeError, ValueError) as error:
        raise UsageError(f"{remedy_id!r} is not the id of a remedy, as the column remedy_id has them.") from error


def _parsed(kind: str, *words: str) -> Remedy:
    if words[:1] != (_AT,):
        return Remedy(RemedyKind(kind), words)
    slot, owner, file, *subject = words[1:]
    target = Place(Slot(slot) if slot != _NONE else None, _or_none(owner), _or_none(file))
    return Remedy(RemedyKind(kind), tuple(subject), target)


def _or_none(word: str) -> str:
    return "" if word == _NONE else word
