"""Trust, purpose and identity of one certificate, by the readings of the MCU or of a peer; each distinct one once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from mcuaudit.devices.presented import Presented, Store
from mcuaudit.domain.certificate import CLIENT_AUTH, SERVER_AUTH, Certificate
from mcuaudit.domain.name_lists import join_names
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import NOT_APPLICABLE, Verdict
from mcuaudit.errors import UsageError
from mcuaudit.identity import Matcher, sip_purpose
from mcuaudit.pkix import PathOutcome, PathValidator, Purpose, TrustStore, purpose_outcome, self_signed

_PURPOSE_WORDS: Final[dict[str, Purpose]] = {CLIENT_AUTH: "clientAuth", SERVER_AUTH: "serverAuth"}
_SHA2: Final = frozenset({"sha224", "sha256", "sha384", "sha512"})


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a store vouches for a certificate, and whether it serves a purpose."""

    trust: Verdict
    purpose: Verdict


class CertificateChecks:
    """Answers for both judges, the MCU and a peer, and remembers every distinct answer."""

    def __init__(self, known: Iterable[Certificate], at: datetime) -> None:
        """`known` are all certificates of the export: CAs among them may complete a path (reading A11)."""
        self._known = {certificate.sha256: certificate for certificate in known}
        self._stores: dict[str, TrustStore] = {}
        self._validator = PathValidator(at, known=[item for item in self._known.values() if item.is_ca])
        self._matcher = Matcher()
        self._judged: dict[tuple[object, ...], Judgement] = {}
        self.path_rows: dict[tuple[Any, ...], dict[str, Any]] = {}
        self.identity_rows: dict[tuple[str, str, str], dict[str, Any]] = {}

    def judge(self, presented: Presented, store: Store, purpose: str, standard: Standard) -> Judgement:
        """Trust and purpose of a certificate; `standard` is the judge's own, "mcu" for the MCU itself."""
        key = (
            presented.holder, presented.certificate.sha256, *(item.sha256 for item in presented.chain),
            presented.chain_complete, store.title, store.key, store.complete, purpose, standard,
        )  # fmt: skip
        if key not in self._judged:
            self._judged[key] = self._judge(presented, store, purpose, standard)
        return self._judged[key]

    def purpose_alone(self, presented: Presented, purpose: str, standard: Standard) -> Verdict:
        """Whether the certificate itself serves a purpose, where the store that would give a path is not at hand.

        What it lacks, no path mends; that it lacks nothing is not yet a pass, as a CA may.
        """
        found = _purpose((), presented, purpose, standard)
        return found if found.outcome is not Outcome.PASS else NOT_APPLICABLE

    def _judge(self, presented: Presented, store: Store, purpose: str, standard: Standard) -> Judgement:
        path = self._validator.validate(
            presented.certificate,
            presented.chain,
            self._trust_store(store),
            purpose=None,
            chain_complete=presented.chain_complete,
            intermediates_must_be_anchors=standard is Standard.VCS,
        )
        trust = _trust(path, presented, store, standard, self._known)
        judged = Judgement(trust, _purpose(path.path, presented, purpose, standard))
        self._note(path, judged, presented, store, purpose, standard)
        return judged

    def _trust_store(self, store: Store) -> TrustStore:
        if store.key not in self._stores:
            self._stores[store.key] = TrustStore(list(store.members))
        return self._stores[store.key]

    def _note(
        self, path: PathOutcome, judged: Judgement, presented: Presented, store: Store, purpose: str, standard: Standard
    ) -> None:
        """Keep a row of the frame `paths`."""
        row = {
            "certificate": presented.certificate.sha256,
            "presented_chain": " ".join(item.sha256 for item in presented.chain),
            "trust_store": store.key,
            "purpose": _PURPOSE_WORDS[purpose],
            "standard": standard,
            "chain_complete": presented.chain_complete,
        }
        key = tuple(row.values())
        self.path_rows[key] = row | {
            "trust": judged.trust.outcome,
            "purpose_outcome": judged.purpose.outcome,
            "reason": path.reason,
            "mend": path.mend or "",
            "reading": " ".join(judged.trust.readings),
            "path": " ".join(item.sha256 for item in path.path),
            "valid_until": path.valid_until,
        }

    def identity(
        self, certificate: Certificate, references: tuple[str, ...], standard: Standard, holder: str
    ) -> Verdict:
        """Whether a certificate carries the names: all covered pass, some open, none fail (reading A7)."""
        try:
            combined = self._matcher.match_all(certificate, references, standard.value)
        except UsageError as error:
            # A name in the export that is no reference identifier decides nothing.
            return Verdict(
                Outcome.OPEN, "no_reference", str(error), missing_evidence="a name that can be compared",
                cause=f"names for the {holder}", mend="Correct the name.",
            )  # fmt: skip
        for single in combined.singles:
            self.identity_rows[certificate.sha256, single.reference, standard.value] = {
                "certificate": certificate.sha256,
                "reference": single.reference,
                "standard": standard.value,
                "outcome": single.outcome,
                "presented": single.presented or "",
                "found_in": single.found_in,
                "reading": single.reading or "",
                "reason": single.reason,
            }
        if combined.outcome is Outcome.PASS:
            return Verdict(Outcome.PASS, "identified")
        names = join_names(references)
        return Verdict(
            combined.outcome,
            combined.reason_code,
            f"The {holder} does not identify it: {combined.reason}",
            readings=tuple(combined.readings),
            cause=holder,
            mend=f"Issue the {holder} again with {names} in a DNS or sip: URI entry of the subjectAltName.",
        )


def _trust(
    path: PathOutcome, presented: Presented, store: Store, standard: Standard, certificates: Mapping[str, Certificate]
) -> Verdict:
    """The path outcome, as the judge takes it: the MCU's open algorithms (A18), and a store that was read in part."""
    at_fault = _at_fault(path, presented, store)
    if store.empty and path.outcome is not Outcome.PASS:
        return empty_store(store)
    if path.outcome is Outcome.FAIL and not store.complete:
        return Verdict(
            Outcome.OPEN, "store_damaged", f"The {store.title} could be read in part only: {path.reason}",
            missing_evidence=store.file, cause=at_fault, mend=f"Export {store.file} again.",
        )  # fmt: skip
    if path.outcome is not Outcome.PASS:
        readings = tuple((path.reading or "").split())
        # Beyond the bounds of the search nothing is known, and nothing but a smaller export would tell.
        untold = "" if readings or path.outcome is Outcome.FAIL else f"fewer cross-certificates in the {store.title}"
        mend = _mend(path, presented, store)
        return Verdict(path.outcome, path.reason_code, path.reason, readings, untold, at_fault, mend)
    if not path.every_candidate_good:
        return Verdict(
            Outcome.OPEN, "another_path_is_bad", "One certification path is good, another one is not.", ("A19",),
            cause=at_fault, mend=f"Take the certificates of the bad path out of the {store.title}.",
            valid_until=path.valid_until,
        )  # fmt: skip
    if standard is Standard.MCU:
        odd = _undocumented_algorithm(path, certificates)
        if odd:
            return Verdict(
                Outcome.OPEN, "undocumented_algorithm", f"{odd}: not documented as supported by the MCU.", ("A18",),
                cause=presented.holder, mend="Use RSA keys of 2048 to 4096 bits and SHA-2 signatures.",
                valid_until=path.valid_until,
            )  # fmt: skip
    return Verdict(Outcome.PASS, "trusted", valid_until=path.valid_until)


def empty_store(store: Store) -> Verdict:
    """Nothing is trusted by a store without a certificate."""
    return Verdict(
        Outcome.FAIL, "empty_store", f"The {store.title} holds no certificate.", cause=store.title,
        mend=f"Put the CA certificates of the peers into the {store.title} ({store.file}).",
    )  # fmt: skip


def _mend(path: PathOutcome, presented: Presented, store: Store) -> str:
    """What would mend the path, as a sentence that names the store and its file."""
    if not path.mend:
        return f"Issue the {presented.holder} again."
    words = path.mend.replace("the trust store", f"the {store.title} ({store.file})").replace(
        "the store", f"the {store.title}"
    )
    return f"{words[0].upper()}{words[1:].rstrip('.')}."


_STORE_REASONS: Final = frozenset(
    {
        "no_issuer",
        "self_signed_in_chain",
        "self_signed_end_entity",
        "empty_store",
        "partial_chain",
        "intermediate_not_in_store",
    }
)


def _at_fault(path: PathOutcome, presented: Presented, store: Store) -> str:
    """What would be mended: the store if the path does not reach it, else the certificate, or the CA that failed."""
    if path.missing_issuer and path.reason_code in _STORE_REASONS:
        return f"{path.missing_issuer} is not in the {store.title}"
    if path.reason_code in _STORE_REASONS or (path.failed_at and path.failed_at != presented.certificate.sha256):
        return store.title
    return presented.holder


def _undocumented_algorithm(path: PathOutcome, certificates: Mapping[str, Certificate]) -> str:
    """The first algorithm beyond RSA 2048 to 4096 with SHA-2 on any candidate path (A18).

    The signature of a root by itself is no matter.
    """
    for sha256 in sorted(path.candidate_certificates):
        certificate = certificates[sha256]
        size = certificate.key_size or 0
        if certificate.key_algorithm != "RSA" or size > 4096:
            return f"{certificate.subject_text} has a key of {size or 'unknown'} bits, {certificate.key_algorithm}"
        if self_signed(certificate):
            continue
        if certificate.signature_hash not in _SHA2 or not certificate.signature_algorithm.endswith("RSAEncryption"):
            return f"{certificate.subject_text} is signed with {certificate.signature_algorithm}"
    return ""


def _purpose(path: tuple[Certificate, ...], presented: Presented, purpose: str, standard: Standard) -> Verdict:
    """extendedKeyUsage on the path: open for an MCU (A13), refused by others; SIP peers by RFC 5924 as well."""
    word = _PURPOSE_WORDS[purpose]
    found = purpose_outcome(path or (presented.certificate,), word)
    mend = f"Issue the {presented.holder} again with {word}."
    if standard in (Standard.RFC5922, Standard.RFC5924):
        outcome, reason = sip_purpose(presented.certificate, standard.value, purpose)
        if outcome is not Outcome.PASS:
            readings = ("RFC5924",) if outcome is Outcome.OPEN else ()
            return Verdict(outcome, "sip_purpose", reason, readings, cause=presented.holder, mend=mend)
    if found.outcome is Outcome.PASS:
        return Verdict(Outcome.PASS, "purpose_served", found.reason)
    if standard is Standard.MCU:
        return Verdict(Outcome.OPEN, "purpose_lacking", found.reason, ("A13",), cause=presented.holder, mend=mend)
    return Verdict(Outcome.FAIL, "purpose_lacking", found.reason, cause=presented.holder, mend=mend)
