"""``audit.redact(key)``: the same audit with pseudonyms for names, and without certificates."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.name_lists import join_names, split_names
from mcuaudit.domain.settings import MODEL, SETTINGS, ValueKind
from mcuaudit.errors import UsageError
from mcuaudit.frames.attached import method_of
from mcuaudit.frames.comparison import AuditName, Comparison
from mcuaudit.frames.containers import Audit, Fleet
from mcuaudit.frames.declared_frames import listed
from mcuaudit.frames.for_pages import ForPages
from mcuaudit.frames.schema import AUDIT_FRAMES, COMPARISON_FRAMES, FLEET_FRAMES
from mcuaudit.policy.schema import Policy
from mcuaudit.redaction.addresses import Address, as_written_address
from mcuaudit.redaction.columns import Holds, text_columns
from mcuaudit.redaction.key import RedactionKey, redaction_key
from mcuaudit.redaction.names import Names
from mcuaudit.redaction.texts import Texts
from mcuaudit.system.arguments import path_given
from mcuaudit.system.files import check_file_place
from mcuaudit.system.locks import lock_beside, one_run
from mcuaudit.triage.findings import finding_ids, fingerprints
from mcuaudit.triage.waivers import concerned_by

_KINDS: Final = {setting.key: setting.kind for setting in SETTINGS}
_CHECKED: Final = frozenset({ValueKind.LABEL, ValueKind.BOOLEAN})
"""Kinds whose values are words of a fixed list."""
_IN_WORDS: Final = frozenset({ValueKind.VERSION, ValueKind.TIME})
_ADDRESS: Final = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)(?![\w])"
)
_QUOTING: Final = re.compile(r"policy (waiver|export\.\w+|known\.\w+)")
_OF_LISTS: Final = frozenset({ValueKind.ADDRESSES, ValueKind.NAMES, ValueKind.URIS})
_SHORT: Final = 5
_WAIT: Final = 600
"""Seconds to wait for another run that adds names to the key file."""
_COLLECTED: Final = (
    Holds.SETTING, Holds.SITE, Holds.DEVICE_ID, Holds.DEVICE, Holds.USER, Holds.PEER,
    Holds.DISTINGUISHED_NAME, Holds.IDENTIFIERS, Holds.DIGITS, Holds.SERIAL,
    Holds.SETTING_VALUE,
    Holds.FILE, Holds.FILES,
)  # fmt: skip
"""What is replaced first, in this order, so that sentences find its names: a peer called as a file has its own kind."""


@method_of(Audit, "redact")
def redacted(audit: Audit, key: str | Path | RedactionKey) -> Audit:
    """The audit with a pseudonym in the place of each name, to give to others: ``audit.redact("fleet.key")``.

    Names of sites, devices, peers, users, hosts and files, addresses, subjects, serial numbers and digests are
    replaced, in every column and sentence; certificates, lists and OCSP responses are left out. Outcomes, codes, dates
    and counts stay. The same name has the same pseudonym in every frame, and in later audits with the same key file;
    addresses of one network stay in one network.

    Args:
        key: the key file, which is made if it does not exist; it has every name, and only its owner can read it. A
            `RedactionKey` is used as it is, and is not written.

    Returns:
        the audit; its `fleet.redacted` says with which key. ``mcuaudit unredact`` reads a pseudonym back.

    Raises:
        UsageError: the key file cannot be read or written, or is another file; or the audit is redacted already.
        BusyError: another run has used the key file for ten minutes.
        StorageError: the machine cannot write it, for example because the disk is full.
    """
    if audit.fleet.redacted:
        raise UsageError("The audit is already redacted; redact the audit that it was made from.")
    with opened(key) as chosen:
        return Redaction(audit, chosen).result()


def redacted_frame(audit: Audit, name: str, frame: pd.DataFrame, key: str | Path | RedactionKey) -> pd.DataFrame:
    """A frame that was made of an audit, with the pseudonyms that the audit itself gets by that key.

    Args:
        audit: with the true names.
        name: of the frame, as it is declared: "deadlines".
        frame: the frame.
        key: as for `redacted`.

    Raises:
        UsageError, BusyError, StorageError: as `redacted`.
    """
    if audit.fleet.redacted:
        raise UsageError("The audit is already redacted; redact the audit that it was made from.")
    with opened(key) as chosen:
        redaction = Redaction(audit, chosen)
        redaction.result()
        return redaction.of(name, frame)


def remember_findings(audit: Audit, key: str | Path | RedactionKey) -> None:
    """Add the findings of a redacted audit to the key, with their true ids: those that a later comparison gave it.

    Raises:
        UsageError, BusyError, StorageError: as `redacted`.
    """
    findings = audit.findings
    if findings.empty:
        return
    with opened(key) as chosen:
        parts = ("site", "device_id", "reference")
        true = findings.assign(**{name: findings[name].map(chosen.restored, na_action="ignore") for name in parts})
        made = fingerprints(true)
        for column, names in {"fingerprint": made, "finding_id": finding_ids(true["code"], made)}.items():
            for pseudonym, name in zip(findings[column], names, strict=True):
                chosen.names.setdefault(pseudonym, name)


@contextlib.contextmanager
def opened(key: str | Path | RedactionKey) -> Iterator[RedactionKey]:
    """The key; one in a file is locked meanwhile, and written at the end."""
    if isinstance(key, RedactionKey):
        yield key
        return
    file = path_given(key, "key")
    check_file_place(file)
    with one_run([lock_beside(file)], wait=_WAIT):
        chosen = redaction_key(file)
        yield chosen
        chosen.save(file)


class Redaction:
    """One audit with the names that stand in it."""

    def __init__(self, audit: Audit, key: RedactionKey) -> None:
        self._audit = audit
        self._key = key
        self._names = Names(key)
        self._texts = Texts(self._names)

    def result(self) -> Audit:
        """The redacted audit."""
        self._key.draw_networks(self._addresses())
        for what in _COLLECTED:
            for name, frame in self._frames():
                for column, held in text_columns(name):
                    if held is what:
                        self._replaced(frame, column.name, held)
        self._remember_titles()
        self._remember_findings()
        audit = self._audit
        fleet = audit.fleet
        policy = self._policy(audit.policy)
        made = Audit(
            fleet=Fleet(
                **{name: self._frame(name, getattr(fleet, name)) for name in FLEET_FRAMES},
                source=self._source(fleet.source),
                input_sha256=self._key.digest(fleet.input_sha256) if fleet.input_sha256 else None,
                site_time_zones={},
                policy=Policy.model_validate(policy),
                policy_file=self._names.file(Path(fleet.policy_file).name) if fleet.policy_file else None,
                redacted=self._key.key_id,
                decoded={},
            ),
            at=audit.at,
            **{name: self._frame(name, getattr(audit, name)) for name in AUDIT_FRAMES},
            internal_problems=self._frame("problems", audit.internal_problems),
            policy=policy,
            versions=audit.versions,
            rules=audit.rules,
            comparison=None,
            for_pages=self._for_pages(audit.for_pages),
            basis=None,
        )
        if audit.comparison is None:
            return made
        return replace(made, comparison=self._comparison(audit.comparison, made.audit_id))

    def _for_pages(self, kept: ForPages) -> ForPages:
        # A request is full of names, and one with pseudonyms would be of no use.
        found = replace(kept, requests=None).with_frames(self._frame)
        if found.plan is None:
            return found
        targets, remarks = (tuple(map(self._texts.sentence, one)) for one in (found.plan.targets, found.plan.remarks))
        return replace(found, plan=replace(found.plan, targets=targets, remarks=remarks))

    def _frames(self) -> Iterator[tuple[str, pd.DataFrame]]:
        for name in FLEET_FRAMES:
            yield name, getattr(self._audit.fleet, name)
        for name in AUDIT_FRAMES:
            yield name, getattr(self._audit, name)
        yield from self._audit.for_pages.frames.items()
        yield "problems", self._audit.internal_problems
        if self._audit.comparison:
            for name in COMPARISON_FRAMES:
                yield name, getattr(self._audit.comparison, name)

    def _addresses(self) -> list[Address]:
        """The addresses in columns of identifiers, peers and settings."""
        found: dict[Address, None] = {}
        for name, frame in self._frames():
            for column, held in text_columns(name):
                if held in (Holds.IDENTIFIERS, Holds.SETTING_VALUE, Holds.PEER):
                    for cell in frame[column.name].dropna().unique():
                        addresses = (as_written_address(one[0].rstrip(":.")) for one in _ADDRESS.finditer(cell))
                        found |= dict.fromkeys(address for address in addresses if address is not None)
        return list(found)

    def _remember_titles(self) -> None:
        """In sentences, the title of a site has the pseudonym of the site."""
        devices = self._audit.devices
        for site, title in zip(devices["site"], devices["site_title"], strict=True):
            if isinstance(title, str) and title:
                self._names.remember(title, self._names.name("site", site))

    def _remember_findings(self) -> None:
        """The new id and fingerprint of each finding, made from the pseudonyms as those of the names are made."""
        for name, frame in self._frames():
            if "finding_id" in frame and len(frame):
                for column, new in self._new_ids(name, frame).items():
                    for old, now in zip(frame[column], new, strict=True):
                        self._key.names.setdefault(self._names.remember(old, now), old)

    def _new_ids(self, name: str, frame: pd.DataFrame) -> dict[str, pd.Series]:
        held = {column.name: what for column, what in text_columns(name)}
        parts = ("site", "device_id", "reference")
        replaced = frame.assign(**{column: self._replaced(frame, column, held[column]) for column in parts})
        made = fingerprints(replaced)
        return {"fingerprint": made, "finding_id": finding_ids(replaced["code"], made)}

    def of(self, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        """Another frame, with the names that are known once there is a result."""
        return self._frame(name, frame)

    def sentence(self, text: str) -> str:
        """A sentence, or a digest, with the names that are known once there is a result."""
        return self._texts.sentence(text)

    def identifier(self, text: str) -> str:
        """The name of a connection."""
        return self._texts.identifier(text)

    def device_id(self, name: str) -> str:
        """A device."""
        return self._names.device_id(name)

    def peer(self, name: str) -> str:
        """A peer."""
        return self._names.name("peer", name)

    def distinguished_name(self, name: str) -> str:
        """The subject or issuer of a certificate."""
        return self._names.distinguished_name(name)

    def _frame(self, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        columns = {
            column.name: self._replaced(frame, column.name, held)
            for column, held in text_columns(name)
            if len(frame) and column.name in frame
        }
        return frame.assign(**columns)

    def _replaced(self, frame: pd.DataFrame, column: str, held: Holds) -> pd.Series:
        values = frame[column]
        if held is Holds.OCTETS:
            return pd.Series([None] * len(values), index=values.index, dtype=object)
        if held is Holds.SITE_TITLE:
            return values.where(values.isna(), self._each(frame["site"], self._site))
        if held is Holds.SETTING_VALUE:
            return self._setting_values(frame, values)
        if held in (Holds.FINDING_ID, Holds.FINGERPRINT):
            return self._each(values, lambda one: self._names.replaced.get(one, one))
        return self._each(values, self._by_kind[held])

    def _each(self, values: pd.Series, made: Callable[[str], str]) -> pd.Series:
        """Each distinct value once; missing ones stay missing."""
        column = listed(values)
        distinct = {one: None if one is None else made(one) for one in dict.fromkeys(column)}
        return pd.Series([distinct[one] for one in column], index=values.index, dtype=values.dtype)

    def _site(self, site: str) -> str:
        return self._names.name("site", site)

    @property
    def _by_kind(self) -> Mapping[Holds, Callable[[str], str]]:
        names, texts = self._names, self._texts
        return {
            Holds.SITE: self._site,
            Holds.DEVICE: lambda one: names.name("device", one),
            Holds.DEVICE_ID: names.device_id,
            Holds.PEER: lambda one: names.name("peer", one),
            Holds.USER: lambda one: names.name("user", one),
            Holds.IDENTIFIERS: lambda cell: join_names(map(names.value, split_names(cell))),
            Holds.DISTINGUISHED_NAME: names.distinguished_name,
            Holds.FILE: names.file,
            Holds.FILES: lambda cell: join_names(map(names.file, split_names(cell))),
            Holds.DIGITS: self._digits,
            Holds.SERIAL: lambda one: names.name("serial", one),
            Holds.SETTING: names.setting,
            Holds.DATA: names.data,
            Holds.PUBLIC: names.public,
            Holds.IDENTIFIER: texts.identifier,
            Holds.CAUSE_OR_REMEDY: texts.cause_or_remedy,
            Holds.TOKENS: texts.tokens,
            Holds.AUTHORITIES: texts.authorities,
            Holds.SENTENCE: texts.sentence,
        }

    def _digits(self, serial: str) -> str:
        """A short number is not looked for in sentences."""
        replaced = self._key.digest(serial)
        return self._names.remember(serial, replaced) if len(serial) > _SHORT else replaced

    def _setting_values(self, frame: pd.DataFrame, values: pd.Series) -> pd.Series:
        found: dict[tuple[str, str], str] = {}
        cells: list[str | None] = []
        for setting, value in zip(frame["setting"], values, strict=True):
            if not isinstance(value, str):
                cells.append(None)
                continue
            if (setting, value) not in found:
                found[setting, value] = self._setting_value(setting, value)
            cells.append(found[setting, value])
        return pd.Series(cells, index=values.index, dtype=values.dtype)

    def _setting_value(self, setting: str, value: str) -> str:
        names, kind = self._names, _KINDS.get(setting)
        if kind in _CHECKED:
            return value
        if kind in _OF_LISTS:
            return join_names(map(names.value, split_names(value)))
        if kind is ValueKind.USERS:
            return join_names(map(self._user, split_names(value)))
        if kind is ValueKind.FEATURES:
            return join_names(map(names.public, split_names(value)))
        if setting == "device.serial":
            return names.name("serial", value)
        if kind in _IN_WORDS or setting in (MODEL, "ssl_certificates.private_key"):
            return names.public(value)
        if setting.startswith("ssl_certificates.shown.") and "=" in value:
            return names.distinguished_name(value)
        return names.value(value)

    def _user(self, user: str) -> str:
        name, colon, privilege = user.rpartition(":")
        return f"{self._names.name('user', name)}{colon}{self._names.public(privilege)}"

    def _source(self, source: str | None) -> str | None:
        return self._names.name("export", Path(source).name) if source else None

    def _policy(self, policy: Mapping[str, Any]) -> dict[str, Any]:
        """The policy as plain values; names stand in waivers, in what is ignored, and in what is known."""
        texts = ("device", "peer", "reason", "owner")
        known = dict(policy.get("known", {}))
        found = dict(policy)
        found["waiver"] = [
            {key: self._datum(value) if key in (*texts, "certificate") else value for key, value in one.items()}
            for waiver in policy.get("waiver", ())
            for one in self._of_single_devices(waiver)
        ]
        found["export"] = {key: list(map(self._names.data, value)) for key, value in policy.get("export", {}).items()}
        stores = known.pop("different_stores", {})
        found["known"] = {
            **{key: list(map(self._key.digest, value)) for key, value in known.items()},
            "different_stores": {self._names.device_id(device): self._datum(why) for device, why in stores.items()},
        }
        return found

    def _of_single_devices(self, waiver: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """A waiver with a pattern is one for each of its devices, which have nothing in common any more."""
        pattern = waiver.get("device")
        if not isinstance(pattern, str) or not set("*?[") & set(pattern):
            return [waiver]
        site, _, device = pattern.partition("/")
        if pattern == "*" or (device == "*" and not set("*?[") & set(site)):
            return [waiver]
        devices = filter(concerned_by(pattern), self._audit.devices["device_id"])
        return [{**waiver, "device": device} for device in devices] or [waiver]

    def _datum(self, value: str | None) -> str | None:
        """What someone wrote in the policy; a pattern keeps its asterisks."""
        return None if value is None else "/".join(map(self._names.data, value.split("/")))

    def _comparison(self, comparison: Comparison, audit_id: str) -> Comparison:
        return replace(
            comparison,
            **{name: self._frame(name, getattr(comparison, name)) for name in COMPARISON_FRAMES},
            old=self._named(comparison.old, self._key.digest(comparison.old["audit_id"])[:6]),
            new=self._named(comparison.new, audit_id),
            remarks=tuple(dict.fromkeys(map(_remark, comparison.remarks))),
        )

    def _named(self, name: AuditName, audit_id: str) -> AuditName:
        return AuditName(audit_id=audit_id, at=name["at"], source=self._source(name["source"]))


def _remark(remark: str) -> str:
    """A remark that quotes what someone wrote in a policy says only that it differs; the others have no name."""
    quoted = _QUOTING.match(remark)
    return f"policy {quoted[1]}: differs." if quoted else remark
