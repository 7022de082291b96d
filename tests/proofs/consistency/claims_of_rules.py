"""For every rule what it claims of connections, or why it claims nothing of them.

A rule that is new needs an entry: tests/proofs/test_contradictions.py compares this table with the register.
"""

from __future__ import annotations

from typing import Final

from tests.proofs.consistency.claims import (
    Claim,
    administration,
    cell,
    cell_not,
    device,
    expecting,
    impossible,
    not_passing,
    of_peer,
    of_receiver,
    peer_has_not_accepted,
    refused,
    refused_if_presented,
    same_connection,
    trusted_through,
    unverified,
    verified_by_store,
    without_path,
)
from tests.proofs.consistency.facts import SIP, USERS, Facts, Row, exists

_REQUIRED: Final = "Certificate-based authentication required"
_FAIL: Final = ("fail",)
_OPEN: Final = ("open",)
_EITHER: Final = ("fail", "open")


def _judged_by_peer(facts: Facts, row: Row) -> list[Row]:
    """The connections whose peer judges the local certificate, whatever else prevents them."""
    found = device()(facts, row)
    return [one for one in found if one["peer_trust"] != "notApplicable" and one["peer"] != "(any)"]


def _store_without_local(facts: Facts, row: Row) -> list[Row]:
    """The connections with peers whose trust store is known, and does not have the local certificate itself."""
    found = []
    for one in device()(facts, row):
        peer = facts.peers.get((row["device_id"], one["peer"]), {})
        store = peer.get("trust_store")
        if store and one["local_certificate"] not in facts.members.get(store, set()):
            found.append(one)
    return found


def _of_role(facts: Facts, row: Row) -> list[Row]:
    """The connections in a role for which the local certificate lacks the purpose, towards peers other than MCUs."""
    if row["slot"] != "local_certificate":
        return []
    lacks = {"server": "serverAuth" in row["message"], "client": "clientAuth" in row["message"].partition(";")[0]}
    found = device()(facts, row)
    return [one for one in found if lacks[one["mcu_role"]] and one["standard"] not in ("none",)]


def _user_by_certificate_alone(facts: Facts, row: Row) -> list[Row]:
    return [one for one in of_peer(*USERS)(facts, row) if one["setting_value"] == _REQUIRED]


def _verified_receiver(facts: Facts, row: Row) -> list[Row]:
    return [one for one in of_receiver(facts, row) if exists(one) and one["mcu_verifies_peer"] == "yes"]


def _by_service(facts: Facts, row: Row) -> list[Row]:
    kinds = {"services.https": USERS, "services.sips_tcp": SIP}.get(row["reference"] or "", ())
    return facts.of_device(row["device_id"], *kinds) if kinds else []


def _with_an_mcu(row: Row) -> bool:
    """Calls with a device of another model are not evaluated, at either end."""
    return bool(row["reason_code"] != "not_an_mcu")


def _called(facts: Facts, row: Row) -> list[Row]:
    return [one for one in device()(facts, row) if one["mcu_role"] == "client"]


def _same() -> tuple[Claim, ...]:
    """The outcome of the rule is that of the connection; one that cannot exist does not fail."""
    possible = {"pass": ("pass", "notApplicable"), "open": ("open",), "fail": ("fail",)}
    return tuple(
        Claim((word,), same_connection, cell("outcome", *words), f"the connection is {' or '.join(words)}")
        for word, words in possible.items()
    )


_EVERY_LOGIN_REJECTED: Final = Claim(_FAIL, device(*USERS), refused, "no web or API user can log in over HTTPS")
_NO_SIP: Final = Claim(_FAIL, device(*SIP, only=_with_an_mcu), impossible, "no SIP call over TLS exists")
_SIP_STANDARDS: Final = ("mcu",)

_NEVER_ACCEPTED: Final = (
    Claim(_FAIL, _judged_by_peer, refused_if_presented, "every peer that verifies refuses the certificate"),
    Claim(_FAIL, device(), peer_has_not_accepted, "no peer that verifies accepts the certificate"),
)

CLAIMS: Final[dict[str, tuple[Claim, ...]]] = {
    "MCU103": _NEVER_ACCEPTED,
    "MCU104": _NEVER_ACCEPTED,
    "MCU108": (
        Claim(_FAIL, _store_without_local, cell_not("peer_trust", "pass"),
              "no peer trusts it whose store does not have it"),
    ),
    "MCU109": (Claim(_FAIL, _of_role, cell_not("peer_purpose", "pass"), "no peer accepts it in that role"),),
    "MCU112": (Claim(_FAIL, _called, cell_not("authenticated", "both", "peer_only"), "no called peer accepts it"),),
    "MCU118": (
        Claim(_FAIL, device(), refused, "the device has no TLS connection"),
        Claim(_OPEN, device(), not_passing, "no TLS connection of the device is certain"),
    ),
    "MCU201": (
        Claim(_EITHER, expecting(*SIP, standards=_SIP_STANDARDS), cell_not("peer_identity", "pass"),
              "no peer that expects the address finds it"),
    ),
    "MCU202": (
        Claim(_FAIL, expecting(*USERS, standards=("rfc9525",)), cell_not("peer_identity", "pass"),
              "no HTTPS client that expects the name finds it"),
        Claim(_OPEN, expecting(*USERS, standards=("rfc9525",)), cell_not("peer_identity", "pass"),
              "it is not certain that a client finds it"),
    ),
    "MCU203": (
        Claim(_FAIL, expecting(*SIP, standards=("rfc5922",)), cell_not("peer_identity", "pass"),
              "no peer that expects the domain finds it"),
    ),
    "MCU204": (
        Claim(_EITHER, expecting(*SIP, standards=_SIP_STANDARDS), cell_not("peer_identity", "pass"),
              "no peer that expects the address finds it for certain"),
    ),
    "MCU205": (
        Claim(_EITHER, expecting(*SIP, standards=_SIP_STANDARDS), cell_not("peer_identity", "pass"),
              "no peer that expects the address finds it"),
    ),
    "MCU206": (
        Claim(_FAIL, device(*SIP, only=lambda row: exists(row) and row["standard"] == "mcu"),
              cell_not("peer_identity", "pass"), "no peer finds a name in it"),
    ),
    "MCU211": (
        Claim(_OPEN, _user_by_certificate_alone,
              not_passing, "it is not certain that the certificate logs the user in, and nothing else does"),
    ),
    "MCU301": (Claim(_FAIL, verified_by_store, refused, "every peer that is verified is refused"),),
    "MCU302": (
        Claim(_FAIL, same_connection, refused, "the connection is refused"),
        Claim(_OPEN, same_connection, cell("outcome", "open"), "the connection is undetermined"),
    ),
    "MCU303": (Claim(_FAIL, trusted_through, cell_not("mcu_trust", "pass"), "no path through the CA is trusted"),),
    "MCU305": (Claim(_FAIL, without_path, refused_if_presented, "every peer that it names is refused"),),
    "MCU306": (
        Claim(_FAIL, trusted_through, cell_not("mcu_trust", "pass"), "no path through the CA is trusted"),
    ),
    "MCU313": (
        Claim(_FAIL, trusted_through, cell_not("mcu_trust", "pass"), "no peer of the device has a path to the CA"),
    ),
    "MCU314": (Claim(_FAIL, trusted_through, cell_not("mcu_trust", "pass"), "no path through the CA is trusted"),),
    "MCU401": (Claim(_FAIL, device(*SIP), unverified, "the device verifies no SIP peer"),),
    "MCU402": (Claim(_FAIL, device("incoming_sip"), unverified, "the device verifies no caller"),),
    "MCU403": (Claim(_FAIL, device("feedback_receiver"), unverified, "the device verifies no receiver"),),
    "MCU404": (Claim(_FAIL, of_receiver, impossible, "no certificate is exchanged with the receiver"),),
    "MCU406": (Claim(_FAIL, device(), unverified, "the device verifies no peer"),),
    "MCU411": tuple(
        Claim((word,), administration, cell("outcome", word), f"the administration is {word}")
        for word in ("pass", "open", "fail")
    ),
    "MCU412": (_NO_SIP,),
    "MCU413": (
        Claim(_FAIL, device(*SIP, *USERS, only=_with_an_mcu), impossible, "neither HTTPS nor SIP over TLS exists"),
    ),
    "MCU414": (Claim(_OPEN, _called, peer_has_not_accepted, "no called peer is certain to see a certificate"),),
    "MCU417": (Claim(_EITHER, administration, cell("outcome", "pass"), "an administrator can log in"),),
    "MCU419": (_EVERY_LOGIN_REJECTED,),
    "MCU420": (_EVERY_LOGIN_REJECTED,),
    "MCU425": (
        Claim(_OPEN, device(*USERS), not_passing, "no login is certain without a good answer"),
        Claim(_OPEN, administration, not_passing, "no administrator is certain to log in without a good answer"),
    ),
    "MCU426": (
        Claim(_FAIL, _verified_receiver, refused, "the device refuses the receiver if it verifies it"),
    ),
    "MCU427": (
        Claim(_FAIL, _by_service, impossible, "no connection of the service exists"),
    ),
    **{code: _same() for code in ("MCU501", "MCU502", "MCU503", "MCU504", "MCU505", "MCU506")},
    "MCU507": (
        Claim(_FAIL, same_connection, cell("mcu_outcome", "pass"), "the MCU accepts the peer"),
        Claim(_OPEN, same_connection, cell("mcu_outcome", "open"), "whether the MCU accepts the peer is open"),
    ),
}  # fmt: skip
"""By code of a rule what it claims."""


NO_CLAIM: Final[dict[str, str]] = {
    "MCU101": "It says that a file is missing, and that what needs it is undetermined; each connection says so itself.",
    "MCU102": "A shared key endangers, and prevents nothing.",
    "MCU105": "It is about a time to come.",
    "MCU106": "Which peers refuse a weak key is not documented.",
    "MCU107": "Which peers refuse a weak signature is not documented.",
    "MCU110": "Some TLS stacks refuse a CA certificate of a server, and it is not recorded which a peer has.",
    "MCU111": "A certificate of version 1 has no name but the CN and allows each purpose, as the identity rules judge.",
    "MCU113": "Whether an MCU supports the algorithm is not documented (A18); a peer other than an MCU may.",
    "MCU114": "It is about what a public CA may issue, not about who accepts it.",
    "MCU115": "It is about the next renewal.",
    "MCU116": "An invalid name is ignored; the names beside it are judged by the identity rules.",
    "MCU117": "Which certificate is in use until the restart is not known; the finding says so.",
    "MCU119": "Page and file differ, and it is not known which of them is right.",
    "MCU121": "Such a key can keep a zone down; it need not.",
    "MCU122": "It is about the years after 2030.",
    "MCU123": "Only peers that check revocation refuse it, and each connection says so itself.",
    "MCU207": "It is about names in words; which connection expects them, MCU502 says by connection.",
    "MCU208": "Peers differ in what they read of a URI; each connection is judged by the standard of its peer.",
    "MCU209": "It is about names in words; which connection expects them, MCU502 says by connection.",
    "MCU210": "All CNs may match, and then it does not matter which is compared.",
    "MCU212": "The guideline of the manual; the finding says that it is a reminder.",
    "MCU304": "A path may end at another root of the store, or at one that the peer presents.",
    "MCU307": "A weak key of a CA endangers, and refuses nobody.",
    "MCU308": "Which of two certificates is used is a matter of A19 and of the dates of both.",
    "MCU309": "It is about a time to come.",
    "MCU310": "It is about strangers, who have no connection in the export; see `NOBODY_GETS_IN`.",
    "MCU311": "It is about strangers, who have no connection in the export; see `NOBODY_GETS_IN`.",
    "MCU312": "Stores may differ and all be right.",
    "MCU315": "A note about the form of CA certificates.",
    "MCU316": "A note about the form of CA certificates.",
    "MCU317": "A note about the form of CA certificates.",
    "MCU318": "A note about the lifetime of CA certificates.",
    "MCU415": "Passwords in clear text are no matter of certificates.",
    "MCU416": "Passwords in clear text are no matter of certificates.",
    "MCU418": "The path of a URI is no matter of certificates.",
    "MCU421": "It is about strangers, who have no connection in the export; see `NOBODY_GETS_IN`.",
    "MCU422": "It is about passwords that expire; see `NOBODY_GETS_IN`.",
    "MCU423": "Connections are judged at the time of the audit, not by the clock of the device.",
    "MCU424": "It says what happens if the server does not answer good.",
    "MCU901": "Two sources differ; connections are judged by the nearer one.",
    "MCU902": "It is about the age of the export.",
    "MCU903": "It names a file to add; what is undetermined without it, each connection says itself.",
    "MCU904": "It is about a file of the export.",
    "MCU905": "It is about a file of the export.",
    "MCU906": "It is about a secret in the export.",
    "MCU907": "It is about a secret in the export.",
}
"""By code of a rule why it claims nothing of connections."""

GETS_IN: Final = {"MCU310": SIP, "MCU311": USERS, "MCU421": USERS, "MCU422": USERS}
"""Rules that say that somebody gets in, with the connections by which."""

NOBODY_GETS_IN: Final = {
    "MCU118": (*SIP, *USERS), "MCU413": (*SIP, *USERS), "MCU412": SIP, "MCU419": USERS, "MCU420": USERS,
}  # fmt: skip
"""Rules that say that nobody gets in, with the connections by which: beside them none of the others may fail."""
