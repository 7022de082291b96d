"""The views that rules judge: frames joined once, one row per subject, with where each column's evidence comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from mcuaudit.decode.settings import verifies_certificates
from mcuaudit.frames.containers import Fleet
from mcuaudit.model import TRUST_STORE_SLOTS, Slot
from mcuaudit.vocabulary import (
    CONNECTION_TABLE,
    NO_VERIFICATION,
    NOT_REQUIRED,
    SETTINGS,
    SLOT_FILES,
    SLOT_TITLES,
)


@dataclass(frozen=True)
class Concluded:
    """The frames that prediction made."""

    paths: pd.DataFrame
    identities: pd.DataFrame
    connections: pd.DataFrame
    administration: pd.DataFrame


_PREFIXES: Final = (
    ("ssl_certificates.ocsp.", "ocsp_"),
    ("ssl_certificates.shown.", "shown_"),
    ("ssl_certificates.", ""),
    ("services.", "service_"),
    ("sip.", ""),
    ("security.", ""),
)


def setting_column(key: str) -> str | None:
    """Name of a setting's column in the views; None for those that are columns of `devices` already."""
    for prefix, replacement in _PREFIXES:
        if key.startswith(prefix):
            return replacement + key.removeprefix(prefix)
    return None if key.startswith("device.") and key not in _OWN_DEVICE_SETTINGS else key.removeprefix("device.")


_OWN_DEVICE_SETTINGS: Final = ("device.current_time", "device.restart_required", "device.features")
_COLUMNS: Final = {setting.key: column for setting in SETTINGS if (column := setting_column(setting.key))}
_CERTIFICATE_COLUMNS: Final = (
    "subject", "issuer", "version", "common_names", "has_subject_alternative_name", "dns_names", "uris", "ip_addresses",
    "not_before", "not_after", "key_algorithm", "key_size", "public_key", "signature_algorithm", "signature_hash",
    "is_ca", "key_usage", "extended_key_usage", "self_issued",
)  # fmt: skip


def evidence_for(column: str) -> str:
    """The file or key that would tell a column that is missing."""
    return _EVIDENCE.get(column, column)


def _evidence() -> dict[str, str]:
    known = dict.fromkeys((*_CERTIFICATE_COLUMNS, "certificate"), SLOT_FILES[Slot.LOCAL_CERTIFICATE])
    for key, column in _COLUMNS.items():
        table, _, name = key.rpartition(".")
        known[column] = f"settings.toml [{table}] {name}" if table else f"settings.toml [[{name}]]"
    for slot in TRUST_STORE_SLOTS:
        known[slot.value] = SLOT_FILES[slot]
    known["verifying"] = "settings.toml [ssl_certificates]"
    known["direct_calls"] = "settings.toml [sip] outbound_call_configuration"
    known["address"] = "settings.toml [device] addresses"
    known["software_version"] = "settings.toml [device] software_version"
    return known


_EVIDENCE: Final = _evidence()


class Views:
    """Makes each view when the first rule asks for it."""

    def __init__(self, fleet: Fleet, concluded: Concluded) -> None:
        self._fleet = fleet
        self._concluded = concluded
        self._made: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._made:
            makers: Mapping[str, Callable[[], pd.DataFrame]] = {
                "devices": self._devices,
                "local_certificates": self._local_certificates,
                "own_addresses": self._own_addresses,
                "used_stores": self._used_stores,
                "store_members": self._store_members,
                "settings": lambda: _with_judged(self._fleet.settings.copy(), ["device_id", "setting"]),
                "connections": self._connections,
                "receivers": self._receivers,
                "administration": self._administration,
            }
            self._made[name] = makers[name]()
        return self._made[name]

    def _devices(self) -> pd.DataFrame:
        """One row per device, with its settings as columns; a setting that nobody tells is missing."""
        settings = self._fleet.settings[self._fleet.settings["setting"].isin(list(_COLUMNS))]
        wide = settings.pivot(index="device_id", columns="setting", values="value").rename(columns=_COLUMNS)
        wide = wide.reindex(columns=list(_COLUMNS.values()))
        view = self._fleet.devices.merge(wide, left_on="device_id", right_index=True, how="left")
        view["direct_calls"] = self._direct_calls(view)
        view["verifies_certificates"] = view["software_version"].map(_verifies_certificates).fillna("yes")
        return _with_judged(view, ["device_id"])

    def _direct_calls(self, view: pd.DataFrame) -> pd.Series:
        """yes, no, or missing: whether TLS calls without a proxy are configured."""
        peers = self._fleet.peers
        sip = peers["connections"].str.contains("_sip", na=False)
        direct = set(peers.loc[sip & (peers["route"] == "direct"), "device_id"])
        configuration = view["outbound_call_configuration"]
        word = configuration.map({"Call direct": "yes", "Use registrar": "no", "Use trunk": "no"})
        word = word.mask(view["device_id"].isin(direct), "yes")
        return word.mask(view["service_sips_tcp"] == "false", "no").astype("str")

    def _local_certificates(self) -> pd.DataFrame:
        """One row per device, with the columns of its local certificate; missing where there is none to read."""
        view = self["devices"].copy()
        view["certificate"] = view["local_certificate"]
        certificates = self._fleet.certificates[["certificate", *_CERTIFICATE_COLUMNS]]
        view = view.merge(certificates, on="certificate", how="left")
        sharing = view.groupby("public_key")["device_id"].agg(list)
        view["sharing"] = view["public_key"].map(sharing)
        view["file"] = self._file_of(view, Slot.LOCAL_CERTIFICATE.value)
        return view

    def _file_of(self, view: pd.DataFrame, kind: str) -> pd.Series:
        evidence = self._fleet.evidence
        files = evidence.loc[evidence["kind"] == kind].set_index("device_id")["file"]
        return view["device_id"].map(files)

    def _own_addresses(self) -> pd.DataFrame:
        """One row per device and enabled address, with how its local certificate carries it by the rule of the MCU."""
        view = self["local_certificates"].copy()
        view["address"] = view["addresses"].str.split()
        view = view.explode("address", ignore_index=True)
        # Where no device has an address the column would be of numbers, and could not be joined.
        view["address"] = view["address"].astype("str")
        identities = self._concluded.identities
        known = identities.loc[
            identities["standard"] == "mcu", ["certificate", "reference", "outcome", "found_in", "reason"]
        ]
        known = known.rename(columns={"reason": "identity_reason"})
        view = view.merge(known, left_on=["certificate", "address"], right_on=["certificate", "reference"], how="left")
        view["found_in"] = view["found_in"].astype("str").where(view["found_in"].notna(), "nowhere")
        view["outcome"] = view["outcome"].astype("str")
        return _with_judged(view, ["device_id", "address"])

    def _used_stores(self) -> pd.DataFrame:
        """One row per device and store that decides about its peers, with whether any setting makes it do so."""
        devices = self["devices"]
        parts = []
        for slot, settings in _DECIDING.items():
            words = [devices[column].map(lambda value, off=off: "no" if value == off else "yes", na_action="ignore")
                     for column, off in settings.items()]  # fmt: skip
            verifying = pd.concat(words, axis=1)
            yes, unknown = (verifying == "yes").any(axis=1), verifying.isna().any(axis=1)
            word = pd.Series("no", index=devices.index, dtype="str").mask(unknown, None).mask(yes, "yes")
            parts.append(
                devices.assign(
                    slot=slot.value,
                    store_title=SLOT_TITLES[slot],
                    verifying=word,
                    store_state=devices[f"{slot.value}_state"],
                )
            )
        return _with_judged(pd.concat(parts, ignore_index=True), ["device_id", "slot"])

    def _store_members(self) -> pd.DataFrame:
        """One row per certificate in a trust store file; a file that several devices inherit counts once."""
        slots = [slot.value for slot in TRUST_STORE_SLOTS]
        placements = self._fleet.placements
        view = placements[placements["slot"].isin(slots)].drop_duplicates(["file", "certificate"])
        view = view.merge(
            self._fleet.certificates[["certificate", *_CERTIFICATE_COLUMNS]], on="certificate", how="left"
        )
        view["store_title"] = (
            view["slot"].astype("str").map({slot.value: SLOT_TITLES[slot] for slot in TRUST_STORE_SLOTS})
        )
        return _with_judged(view, ["file", "certificate"])

    def _connections(self) -> pd.DataFrame:
        """One row per connection, with its type in words."""
        view = self._concluded.connections.copy()
        titles = {kind.value: facts.title_in_text for kind, facts in CONNECTION_TABLE.items()}
        view["connection_title"] = view["connection_type"].astype("str").map(titles)
        return _with_judged(view, ["connection_id"])

    def _receivers(self) -> pd.DataFrame:
        """One row per configured feedback receiver."""
        settings = self["devices"][["device_id", "site", "device", "feedback_receivers", "server_certificate_security"]]
        view = settings.assign(uri=settings["feedback_receivers"].str.split()).explode("uri", ignore_index=True)
        view["uri"] = view["uri"].astype("str")
        return _with_judged(view, ["device_id", "uri"])

    def _administration(self) -> pd.DataFrame:
        view = self._concluded.administration.copy()
        return _with_judged(view, ["device_id"])


_DECIDING: Final = {
    Slot.SIP_TRUST_STORE: {"verification_settings": NO_VERIFICATION},
    Slot.HTTPS_TRUST_STORE: {
        "client_certificate_security": NOT_REQUIRED,
        "server_certificate_security": NO_VERIFICATION,
    },
}
"""Store → the settings that make it decide, with the value of each that does not."""


def _verifies_certificates(version: object) -> str | None:
    """no before 4.4; yes from there on; None where the version is not told."""
    found = verifies_certificates(version) if isinstance(version, str) else None
    return None if found is None else "yes" if found else "no"


def _with_judged(view: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    view = view.reset_index(drop=True)
    subject = view[columns[0]].astype("str")
    for column in columns[1:]:
        subject = subject + " " + view[column].astype("str").fillna("")
    view["judged"] = subject
    return view
