"""What a new certificate or trust store would do, in words: a sentence, and lines below headings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.connections import CONNECTION_TABLE
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.slots import SLOT_TITLES, TRUST_STORE_SLOTS, Slot
from mcuaudit.summary.what_if import EFFECT_WORDS, LOGIN, effect_rows
from mcuaudit.variants.effects import WORSE, Effect, login_effects
from mcuaudit.variants.new_files.check_new import NewFileCheck
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import UNDETERMINED, begun, listed, short_date

_BETTER: Final = (Effect.WORKS, Effect.PERHAPS_WORKS, Effect.GAINS_VERIFICATION)
_PARTS: Final = {
    "subject": "subject", "dns": "DNS entry", "uri": "URI entry", "ip": "IP address entry", "purpose": "purpose",
    "key_usage": "key usage", "key": "key", "issuer": "issuer", "chain": "in the chain",
}  # fmt: skip
_TRUST: Final = {
    Outcome.PASS: "trusts the chain",
    Outcome.NOT_APPLICABLE: "does not verify it",
    Outcome.OPEN: UNDETERMINED,
    Outcome.FAIL: "does not trust the chain",
}


@dataclass(frozen=True, slots=True)
class Part:
    """Lines below a heading.

    Attributes:
        key: what the part is called in JSON.
        heading: what people read.
        lines: a line each.
        is_bad: it says what gets worse, or why the file cannot be used.
    """

    key: str
    heading: str
    lines: tuple[str, ...]
    is_bad: bool = False


def verdict_of(check: NewFileCheck) -> str:
    """What the administrator is to know first, as a sentence; a lock-out before all else."""
    rows = effect_rows(check.comparison)
    is_worse = rows["effect"].isin([effect.value for effect in WORSE])
    is_login = rows["subject"] == LOGIN
    locked = rows.loc[is_worse & is_login & (rows["effect"] == Effect.FAILS.value), "device_id"].tolist()
    breaks, repairs = int((is_worse & ~is_login).sum()), int((rows["effect"] == Effect.WORKS.value).sum())
    restored = f"repairs {plural(repairs, 'connection or login', 'connections and logins') if repairs else 'nothing'}"
    if locked:
        return f"Do not upload it: it locks the administrators of {listed(locked)} out."
    if check.objections:
        return f"Do not upload it: {_within(check.objections[0])}"
    if check.worse:
        broken = plural(breaks, "connection that works", "connections that work") if breaks else "a login that works"
        return f"It breaks {broken}, or leaves that {UNDETERMINED}, and {restored}."
    if not check.usable:
        return f"It breaks nothing and {restored}, and it has errors."
    lacks = plural(len(check.lacks), "required entry is missing", "required entries are missing")
    return f"It breaks nothing and {restored}" + (f"; {lacks}." if len(check.lacks) else ".")


def parts_of(check: NewFileCheck) -> list[Part]:
    """What is to be said, the most important first; a part without lines is left out."""
    rows = effect_rows(check.comparison)
    rows = rows[rows["subject"] != LOGIN]
    worse = [row for row in rows.to_dict("records") if row["effect"] in WORSE]
    better = [row for row in rows.to_dict("records") if row["effect"] in _BETTER]
    other = [row for row in rows.to_dict("records") if row["effect"] not in WORSE and row["effect"] not in _BETTER]
    stays = check.stays.to_dict("records")
    found = (
        Part("administration", "Administration", tuple(_logins(check)), _is_locking(check)),
        Part("unusable", "Cannot be used", check.objections, is_bad=True),
        Part("breaks", "Breaks", tuple(map(_effect, worse)), is_bad=True),
        Part("repairs", "Repairs", tuple(map(_effect, better))),
        Part("differs", "Differs", tuple(map(_effect, other))),
        Part("stays_refused", "Stays refused", tuple(_stay(row) for row in stays if row["outcome"] == "fail")),
        Part(
            "stays_undetermined", f"Stays {UNDETERMINED}",
            tuple(_stay(row) for row in stays if row["outcome"] == "open"),
        ),
        Part("lacks", "Lacks what its connections require", tuple(map(_lacking, check.lacks.to_dict("records")))),
        Part("trust", "Verified by", tuple(_trust(check))),
        Part("findings", "Findings about it", tuple(map(_finding, check.findings.to_dict("records")))),
        Part("remarks", "Assumed", check.remarks),
    )  # fmt: skip
    return [part for part in found if part.lines]


def title_of(check: NewFileCheck) -> str:
    """``New local certificate of leeds/mcu-court``."""
    return f"New {_slot_words(check.slot)} of {check.owner}"


def contents_of(check: NewFileCheck) -> list[str]:
    """What the files have, a line per certificate."""
    if check.slot in TRUST_STORE_SLOTS:
        return [_certificate_words(one) for one in check.certificates]
    own, *chain = check.certificates
    return [_certificate_words(own), *(f"presented with it: {_certificate_words(one)}" for one in chain)]


def _slot_words(slot: Slot) -> str:
    return "certificate" if slot is Slot.PEER_CERTIFICATE else SLOT_TITLES[slot]


def _certificate_words(one: Certificate) -> str:
    size = f" {one.key_size}" if one.key_size else ""
    return (
        f"{one.subject_text or 'a certificate without a subject'}, issued by {one.issuer_text}, "
        f"{short_date(one.not_before)} to {short_date(one.not_after)}, {one.key_algorithm}{size}"
    )


def _logins(check: NewFileCheck) -> Iterator[str]:
    """Each login that differs, and how the administrators of the device itself log in then."""
    changed = set()
    for row, effect in login_effects(check.comparison):
        changed.add(row["device_id"])
        yield f"{row['device_id']}: {_login_words(effect)}: {_said(row['reason'], row['previous_reason'])}"
    frame = check.audit.administration
    for own in frame[frame["device_id"] == check.owner].to_dict("records"):
        if check.owner not in changed:
            words = {"fail": "stays locked out", "open": f"stays {UNDETERMINED}"}.get(own["outcome"], "not affected")
            yield f"{check.owner}: {words}: {_said(own['reason'])}"


def _login_words(effect: Effect) -> str:
    return "administrators are locked out" if effect is Effect.FAILS else f"the login {EFFECT_WORDS[effect]}"


def _is_locking(check: NewFileCheck) -> bool:
    return any(effect in WORSE for _, effect in login_effects(check.comparison))


def _said(*reasons: Any) -> str:
    return next((reason for reason in reasons if isinstance(reason, str) and reason), "")


def _effect(row: Mapping[Any, Any]) -> str:
    return f"{row['device_id']}, {row['subject']}: {EFFECT_WORDS[row['effect']]}: {_said(row['reason'])}"


def _stay(row: Mapping[Any, Any]) -> str:
    title = CONNECTION_TABLE[row["connection_type"]].title
    return f"{row['device_id']}, {title}, {row['peer']}: {_said(row['reason'])}"


def _lacking(row: Mapping[Any, Any]) -> str:
    return f"{_PARTS[row['part']]} {row['value']}: {row['reason']}"


def _trust(check: NewFileCheck) -> Iterator[str]:
    """The parties that trust the chain in one line, and a line for each that does not, or where it is not known."""
    trusting = [one.verifier for one in check.trust if one.outcome is Outcome.PASS]
    for one in sorted(check.trust, key=lambda one: one.outcome is not Outcome.FAIL):
        if one.outcome is not Outcome.PASS:
            yield (
                f"{one.verifier} {_TRUST[one.outcome]}: {one.reason}"
                if one.outcome is Outcome.FAIL
                else (f"{one.verifier}: {_TRUST[one.outcome]}: {one.reason}")
            )
    if trusting:
        yield f"the trust stores of {listed(trusting, 12)} have a root of the chain"


def _finding(row: Mapping[Any, Any]) -> str:
    words = f"{row['severity']} {row['code']}" if row["outcome"] == "fail" else f"{UNDETERMINED} {row['code']}"
    return f"{words}: {begun(row['evidence'])}"


def _within(sentence: str) -> str:
    return f"{sentence[0].lower()}{sentence[1:]}"
