"""A remedy as changes that can be applied to the fleet, or why it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from mcuaudit.domain.cause import CauseKind, parse_cause
from mcuaudit.domain.certificate import TLS_PURPOSES, Certificate
from mcuaudit.domain.connections import CONNECTION_TABLE
from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.settings import ADMINISTRATOR
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.errors import McuAuditError
from mcuaudit.pkix import self_signed
from mcuaudit.pkix.flaws import title
from mcuaudit.variants.authorities import Authorities, peers_at
from mcuaudit.variants.changes import (
    AddAuthority,
    AddUser,
    CertificateDescription,
    Change,
    RemoveAuthority,
    ReplaceCertificate,
    SetSetting,
)
from mcuaudit.variants.successor import successor
from mcuaudit.wording.needed import with_needed
from mcuaudit.wording.phrases import long_date
from mcuaudit.wording.places import place_words
from mcuaudit.wording.remedies import remedy_clause, remedy_sentence
from mcuaudit.wording.responsible import AV_TEAM, OWNER_OF_PEER, PKI_TEAM
from mcuaudit.wording.tried import tried_sentence

_OTHERWISE: Final = "or a certificate issued by a CA that is in the store"
_ANOTHER: Final = f"a new certificate of that CA, {_OTHERWISE}"
_FOR_USERS: Final = (RemedyKind.REISSUE_FOR_ADMINISTRATOR, RemedyKind.REISSUE_FOR_USER)
_LOCAL: Final = "sip.use_local_certificate_for_outgoing"
_EVIDENCE: Final = frozenset(
    {
        RemedyKind.ADD_EVIDENCE, RemedyKind.CORRECT_EVIDENCE, RemedyKind.EXPORT_AGAIN, RemedyKind.KEEP_ONE_FILE,
        RemedyKind.RENAME_EVIDENCE, RemedyKind.SAVE_OCSP_RESPONSE, RemedyKind.REPLACE_COPY, RemedyKind.CORRECT_NAME,
        RemedyKind.CHECK_STATUS, RemedyKind.REMOVE_SECRET, RemedyKind.SET_SETTING,
    }
)  # fmt: skip


class NotApplicableError(McuAuditError):
    """A remedy cannot be applied to the fleet; the message says why, as a clause.

    Args:
        why: the clause.
        needed: what would have to be had, so that it can be applied; "" where that is not known.
        who: whose that is.
    """

    def __init__(self, why: str, needed: str = "", who: str = AV_TEAM) -> None:
        super().__init__(with_needed(why, needed, who) if needed else why)


@dataclass(frozen=True, slots=True)
class Blocked:
    """What a remedy is for: a row of `connections` or `administration`, with its device, peer and cause.

    Attributes:
        device_id: the device of the row.
        remedy: the remedy that the row names.
        cause_id: its cause.
        peer: the peer of a connection.
        connection_type: the type of a connection.
        common_name: the user name that a new certificate has as its CN, where the remedy leaves it open.
    """

    device_id: str
    remedy: Remedy
    cause_id: str = ""
    peer: str = ""
    connection_type: str = ""
    common_name: str = ""


def changes_of(blocked: Blocked, known: Authorities) -> list[Change]:
    """The changes that a remedy is made of.

    Raises:
        NotApplicableError: it is not known what exactly would be changed.
    """
    kind = blocked.remedy.kind
    if kind in _EVIDENCE:
        raise NotApplicableError("what the evidence will say is not known", remedy_clause(blocked.remedy))
    make = _MAKERS.get(kind)
    if make is None:
        raise NotApplicableError("what exactly would be changed is not known")
    return make(blocked, known)


def remedy_words(blocked: Blocked) -> str:
    """The remedy in words, with the certificate or device that it is about where its sentence does not say that."""
    sentence = remedy_sentence(blocked.remedy)
    if blocked.common_name:
        return f"{sentence} {tried_sentence(blocked.common_name, blocked.device_id)}"
    try:
        place = _certificate_place(blocked) if blocked.remedy.kind in _REISSUED else blocked.remedy.target
    except NotApplicableError:
        place = None
    if place is None or not place.owner:
        return sentence
    whose = place_words(place)
    return sentence if whose in sentence else f"{sentence.removesuffix('.')} ({whose})."


def _target(blocked: Blocked) -> Place:
    if blocked.remedy.target is None:
        raise NotApplicableError("the remedy names no place")
    return blocked.remedy.target


def _setting(key: str, value: str | bool) -> Callable[[Blocked, Authorities], list[Change]]:
    return lambda blocked, _: [SetSetting(key, value, _target(blocked).owner)]


def _change_setting(blocked: Blocked, _known: Authorities) -> list[Change]:
    key, value = blocked.remedy.subject
    return [SetSetting(key, value, _target(blocked).owner)]


def _switched(on: bool) -> Callable[[Blocked, Authorities], list[Change]]:
    return lambda blocked, _: [SetSetting(blocked.remedy.subject[0], on, _target(blocked).owner)]


def _feature(blocked: Blocked, known: Authorities) -> list[Change]:
    owner = _target(blocked).owner
    value = _value(known, owner, "device.features")
    features = [*split_names(value), blocked.remedy.subject[0]]
    return [SetSetting("device.features", "; ".join(features), owner)]


def _upgrade(blocked: Blocked, _known: Authorities) -> list[Change]:
    return [SetSetting("device.software_version", blocked.remedy.subject[0], _target(blocked).owner)]


def _value(known: Authorities, device_id: str, key: str) -> str:
    settings = known.fleet.settings
    found = settings.loc[(settings["device_id"] == device_id) & (settings["setting"] == key), "value"].dropna()
    return str(found.iloc[0]) if len(found) else ""


def _add_user(blocked: Blocked, _known: Authorities) -> list[Change]:
    return [AddUser(blocked.remedy.subject[0], devices=_target(blocked).owner)]


def _grant(blocked: Blocked, known: Authorities) -> list[Change]:
    owner = _target(blocked).owner
    names = blocked.remedy.subject or [word.rpartition(":")[0] for word in split_names(_value(known, owner, "users"))]
    if not names:
        raise NotApplicableError("the device has no user that could become an administrator")
    return [AddUser(names[0], ADMINISTRATOR, owner)]


def _add_named(blocked: Blocked, known: Authorities) -> list[Change]:
    found = [ca for name in blocked.remedy.subject for ca in known.called(name)]
    lacking = [_lacking(name, known) for name in blocked.remedy.subject if not known.called(name)]
    if lacking:
        whys, needed = (list(dict.fromkeys(words)) for words in zip(*lacking, strict=True))
        raise NotApplicableError(", and ".join(whys), ", and ".join(needed), PKI_TEAM)
    return [_added(_target(blocked), found, known)]


def _lacking(name: str, known: Authorities) -> tuple[str, str]:
    """Why the export has no valid certificate of a CA that could be added, and what is needed."""
    named = known.named(name)
    if not named:
        return f"no certificate of {name} is in the export", f"the certificate of {name} in the export, {_OTHERWISE}"
    future = [one.not_before for one in named if one.not_before > known.at]
    if future:
        begins = long_date(min(future))
        return f"the certificate of {name} in the export begins on {begins}", f"to wait until then, {_OTHERWISE}"
    last = long_date(max(one.not_after for one in named))
    if len(named) == 1:
        return f"the export's only certificate of {name} ended on {last}", _ANOTHER
    return f"the export's {len(named)} certificates of {name} have ended, the last one on {last}", _ANOTHER


def _added(place: Place, authorities: Sequence[Certificate], known: Authorities) -> AddAuthority:
    if place.slot is Slot.PEER_TRUST_STORE:
        rows = peers_at(known.fleet, place)
        rows = rows[rows["trust_store_file"].notna()]
        if rows.empty:
            raise NotApplicableError(
                f"the trust store of {place.owner} is not a file of the export",
                f"the CA certificates that {place.owner} trusts, as a file",
                OWNER_OF_PEER,
            )
        return AddAuthority(Slot.PEER_TRUST_STORE, authorities, tuple(rows["device_id"]), place.owner)
    return AddAuthority(place.slot or "", authorities, place.owner)


def _add_issuers(blocked: Blocked, known: Authorities) -> list[Change]:
    """The CAs above what is presented, into the store that does not know them."""
    presented = _presented(blocked, known)
    found = [ca for one in presented for ca in known.above(one)]
    if not found:
        raise NotApplicableError(
            "the export has no certificate of the CA that issued the certificate",
            "the certificate of that CA",
            PKI_TEAM,
        )
    return [_added(_target(blocked), tuple(dict.fromkeys(found)), known)]


def _presented(blocked: Blocked, known: Authorities) -> list[Certificate]:
    """What the peers of a device present, or the one peer of a connection."""
    peers = known.fleet.peers
    rows = peers[peers["device_id"] == blocked.device_id]
    if blocked.peer and (rows["peer"] == blocked.peer).any():
        rows = rows[rows["peer"] == blocked.peer]
    if blocked.remedy.kind is RemedyKind.ADD_PEERS_AUTHORITIES:
        rows = peers[peers["device_id"] == blocked.device_id]
    slot = _target(blocked).slot
    records = known.fleet.certificate_records
    found = []
    for connections, own, as_client in zip(
        rows["connections"], rows["certificate"], rows["client_certificate"], strict=True
    ):
        kinds = [kind for kind in CONNECTION_TABLE if kind.value in str(connections).split()]
        if any(CONNECTION_TABLE[kind].trust_store is slot for kind in kinds):
            found += [records[one] for one in (own, as_client) if isinstance(one, str)]
    return found


def _remove(blocked: Blocked, _known: Authorities) -> list[Change]:
    place = _target(blocked)
    _, sha256 = blocked.remedy.subject
    return [RemoveAuthority(place.slot or "", sha256, place.owner)]


def _same_with_key(blocked: Blocked, known: Authorities) -> list[Change]:
    place = _target(blocked)
    return [ReplaceCertificate(_chain_at(place, known), place.owner)]


def _chain_at(place: Place, known: Authorities) -> list[Certificate]:
    devices, records = known.fleet.devices, known.fleet.certificate_records
    row = devices[devices["device_id"] == place.owner].iloc[0]
    if not isinstance(row["local_certificate"], str):
        raise NotApplicableError(f"the local certificate of {place.owner} is not in the export")
    chain = str(row["local_chain"]).split() if isinstance(row["local_chain"], str) else []
    return [records[one] for one in (row["local_certificate"], *chain)]


Wishes = Mapping[str, Any]


def _reissue(
    wishes: Callable[[Blocked, Certificate, Authorities], Wishes],
) -> Callable[[Blocked, Authorities], list[Change]]:
    """A new certificate at the target: as the one of today, but for these wishes."""

    def make(blocked: Blocked, known: Authorities) -> list[Change]:
        place = _certificate_place(blocked)
        one, as_client = certificate_at(place, known, blocked)
        wanted = replace(like(one, known), **dict(wishes(blocked, one, known)))
        return [_replaced(place, wanted, known, as_client)]

    return make


def _certificate_place(blocked: Blocked) -> Place:
    """The place of the certificate that is reissued: the target, or the certificate that is the cause."""
    target = _target(blocked)
    if target.slot in (Slot.LOCAL_CERTIFICATE, Slot.PEER_CERTIFICATE):
        return target
    if blocked.cause_id:
        cause = parse_cause(blocked.cause_id)
        if cause.kind in (CauseKind.CERTIFICATE, CauseKind.NAMES):
            slot, owner, *file = cause.subject
            return Place(Slot(slot), owner, file[0] if file else "")
    raise NotApplicableError("which certificate would be reissued is not known")


def certificate_at(place: Place, known: Authorities, blocked: Blocked) -> tuple[Certificate, bool]:
    """The certificate at a place, and whether a peer presents it as a TLS client only."""
    records = known.fleet.certificate_records
    if place.slot is Slot.LOCAL_CERTIFICATE:
        return _chain_at(place, known)[0], False
    rows = peers_at(known.fleet, place)
    if (rows["device_id"] == blocked.device_id).any():
        rows = rows[rows["device_id"] == blocked.device_id]
    for key in ("client_certificate", "certificate"):
        named = rows[rows[f"{key}_file"] == place.file] if place.file else rows
        found = named[key].dropna()
        if len(found):
            return records[found.iloc[0]], key == "client_certificate"
    raise NotApplicableError(f"the certificate of {place.owner} is not in the export")


def _replaced(place: Place, wanted: CertificateDescription, known: Authorities, as_client: bool) -> ReplaceCertificate:
    if place.slot is Slot.LOCAL_CERTIFICATE:
        return ReplaceCertificate(wanted, place.owner)
    rows = peers_at(known.fleet, place)
    if rows.empty:
        raise NotApplicableError(f"no device has a peer {place.owner}")
    return ReplaceCertificate(wanted, tuple(rows["device_id"]), place.owner, as_client)


def like(certificate: Certificate, known: Authorities) -> CertificateDescription:
    """A certificate with the same names, purposes and issuer, that begins now and has a new key."""
    issuer = None if self_signed(certificate) else known.issuer_of(certificate)
    if issuer is None and not self_signed(certificate):
        raise NotApplicableError(f"the certificate of its issuer, {certificate.issuer_text}, is not in the export")
    return successor(certificate, issuer)


def _as_it_is(_blocked: Blocked, _one: Certificate, _known: Authorities) -> Wishes:
    return {}


def _with_names(blocked: Blocked, one: Certificate, _known: Authorities) -> Wishes:
    """Names in DNS entries and in sip: URIs, as the sentence of the remedy says; a URI hides DNS names of others."""
    names = blocked.remedy.subject
    every = tuple(dict.fromkeys((*one.dns_names, *names)))
    plain = tuple(uri for uri in one.uris if uri.startswith("sip:"))
    uris = tuple(dict.fromkeys((*plain, *(f"sip:{_bracketed(name)}" for name in names))))
    return {"dns_names": every, "uris": uris}


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name else name


def _with_purposes(blocked: Blocked, one: Certificate, known: Authorities) -> Wishes:
    present = like(one, known).purposes
    return {
        "purposes": tuple(
            dict.fromkeys((*present, *(word for word in blocked.remedy.subject if word in TLS_PURPOSES.values())))
        )
    }


def _without_purposes(_blocked: Blocked, _one: Certificate, _known: Authorities) -> Wishes:
    return {"purposes": ("serverAuth", "clientAuth")}


def with_common_name(blocked: Blocked, known: Authorities) -> Blocked:
    """The same with the user name that is tried as CN, where its remedy leaves that open."""
    return replace(blocked, common_name=_user_of(blocked, known)) if blocked.remedy.kind in _FOR_USERS else blocked


def _for_user(blocked: Blocked, _one: Certificate, known: Authorities) -> Wishes:
    return {"common_name": blocked.common_name or _user_of(blocked, known)}


def _user_of(blocked: Blocked, known: Authorities) -> str:
    """A user of the device: the one that the peer is declared to be, else an administrator."""
    peers = known.fleet.peers
    declared = peers.loc[(peers["device_id"] == blocked.device_id) & (peers["peer"] == blocked.peer), "user"].dropna()
    stored = [word.rpartition(":")[::2] for word in split_names(_value(known, blocked.device_id, "users"))]
    names = [name for name, _ in stored]
    admins = [name for name, level in stored if level == ADMINISTRATOR]
    for_administrator = blocked.remedy.kind is RemedyKind.REISSUE_FOR_ADMINISTRATOR
    wanted = [name for name in declared if name in (admins if for_administrator else names)]
    found = wanted or admins or ([] if for_administrator else names)
    if not found:
        raise NotApplicableError("no user of the device is in the export whose name the CN could be")
    return found[0]


def _by_trusted(blocked: Blocked, _one: Certificate, known: Authorities) -> Wishes:
    issuer = known.issuing(known.members(_target(blocked)))
    if issuer is None:
        raise NotApplicableError("the store has no CA certificate that could issue it")
    return {"issuer": issuer.sha256}


def _by_private(blocked: Blocked, _one: Certificate, known: Authorities) -> Wishes:
    devices = known.fleet.devices["device_id"].tolist()
    own = [device for device in devices if device == blocked.device_id]
    members = [ca for device in own for slot in (Slot.SIP_TRUST_STORE, Slot.HTTPS_TRUST_STORE)
               for ca in known.members(Place(slot, device))]  # fmt: skip
    issuer = known.issuing(members)
    if issuer is None:
        raise NotApplicableError("the trust stores of the device have no private CA")
    return {"issuer": issuer.sha256}


def _by_higher(_blocked: Blocked, one: Certificate, known: Authorities) -> Wishes:
    above = known.above(one)
    if len(above) < 2:
        raise NotApplicableError("the CA above its issuer is not in the export")
    return {"issuer": above[1].sha256}


def _provided(blocked: Blocked, known: Authorities) -> list[Change]:
    """A certificate for a peer that has none, from a CA that the device trusts."""
    peers = known.fleet.peers
    place = _target(blocked)
    rows = peers[(peers["device_id"] == blocked.device_id) & (peers["peer"] == blocked.peer)]
    if rows.empty or not blocked.connection_type:
        raise NotApplicableError("which peer would need a certificate is not known")
    definition = next(one for kind, one in CONNECTION_TABLE.items() if kind.value == blocked.connection_type)
    issuer = known.issuing(known.members(Place(definition.trust_store, blocked.device_id)))
    if issuer is None:
        raise NotApplicableError("the trust store of the device has no CA certificate that could issue it")
    row = rows.iloc[0]
    names = split_names(row["identifiers"]) if isinstance(row["identifiers"], str) else ()
    user = row["user"] if isinstance(row["user"], str) else ""
    wanted = CertificateDescription(
        common_name=user or (names[0] if names else place.owner), dns_names=names,
        uris=tuple(f"sip:{_bracketed(name)}" for name in names), issuer=issuer.sha256,
    )  # fmt: skip
    return [ReplaceCertificate(wanted, blocked.device_id, blocked.peer)]


def _replace_expired(blocked: Blocked, known: Authorities) -> list[Change]:
    """A certificate that ended: a new one like it; a CA: the valid certificate of that name, if the export has one."""
    place = _target(blocked)
    if place.slot in (Slot.LOCAL_CERTIFICATE, Slot.PEER_CERTIFICATE):
        one, as_client = certificate_at(place, known, blocked)
        named = blocked.remedy.subject[0]
        if named in (title(one), one.subject_text, *one.common_names):
            return [_replaced(place, like(one, known), known, as_client)]
        raise NotApplicableError(f"a new certificate of {named} is not in the export")
    return _add_named(blocked, known)


_MAKERS: Final[Mapping[RemedyKind, Callable[[Blocked, Authorities], list[Change]]]] = {
    RemedyKind.ACTIVATE_FEATURE_KEY: _feature,
    RemedyKind.ADD_AUTHORITY: _add_named,
    RemedyKind.ADD_AUTHORITY_OR_REISSUE: _add_named,
    RemedyKind.ADD_ISSUER: _add_issuers,
    RemedyKind.ADD_PEERS_AUTHORITIES: _add_issuers,
    RemedyKind.ADD_USER: _add_user,
    RemedyKind.CHANGE_SETTING: _change_setting,
    RemedyKind.CHECK_CLOCK: _reissue(_as_it_is),
    RemedyKind.GRANT_ADMINISTRATOR: _grant,
    RemedyKind.ISSUE_BY_TRUSTED_AUTHORITY: _reissue(_by_trusted),
    RemedyKind.ISSUE_FROM_HIGHER_AUTHORITY: _reissue(_by_higher),
    RemedyKind.PRESENT_AUTHORITY: _add_named,
    RemedyKind.PROVIDE_CERTIFICATE: _provided,
    RemedyKind.PROVIDE_SERVER_CERTIFICATE: _provided,
    RemedyKind.REISSUE: _reissue(_as_it_is),
    RemedyKind.REISSUE_FOR_ADMINISTRATOR: _reissue(_for_user),
    RemedyKind.REISSUE_FOR_USER: _reissue(_for_user),
    RemedyKind.REISSUE_FROM_PRIVATE_AUTHORITY: _reissue(_by_private),
    RemedyKind.REISSUE_WITHOUT_EXTENSION: _reissue(_as_it_is),
    RemedyKind.REISSUE_WITH_ALGORITHM: _reissue(_as_it_is),
    RemedyKind.REISSUE_WITH_KEY_USAGE: _reissue(_as_it_is),
    RemedyKind.REISSUE_WITH_NAMES: _reissue(_with_names),
    RemedyKind.REISSUE_WITH_NEW_KEY: _reissue(_as_it_is),
    RemedyKind.REISSUE_WITH_ONE_COMMON_NAME: _reissue(_as_it_is),
    RemedyKind.REISSUE_WITH_PURPOSE: _reissue(_with_purposes),
    RemedyKind.REISSUE_WITH_PURPOSE_OR_WITHOUT: _reissue(_without_purposes),
    RemedyKind.REMOVE_CERTIFICATE: _remove,
    RemedyKind.REPLACE_EXPIRED: _replace_expired,
    RemedyKind.RESTART: _setting("device.restart_required", False),
    RemedyKind.SWITCH_OFF: _switched(False),
    RemedyKind.SWITCH_ON: _switched(True),
    RemedyKind.TICK_LOCAL_CERTIFICATE: _setting(_LOCAL, True),
    RemedyKind.UPGRADE_SOFTWARE: _upgrade,
    RemedyKind.UPLOAD_WITH_KEY: _same_with_key,
}
_REISSUED: Final = frozenset(
    kind for kind in _MAKERS if kind.startswith(("reissue", "issue_")) or kind is RemedyKind.CHECK_CLOCK
)
"""Remedies that end with a new certificate, whatever place they name."""
