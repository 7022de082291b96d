"""Certificate policies along a path: RFC 5280, sections 6.1.2 to 6.1.5, by the graph of RFC 9618.

The tree of RFC 5280 may grow exponentially with the length of a path. RFC 9618 replaces it by a graph in which a policy
has one node at each depth. Only the deepest level is needed to go on and to decide, and of each of its nodes whether it
descends from a policy of the user-initial-policy-set. So the work is linear in the size of the certificates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.pkix.flaws import Flaw, Kind, title
from mcuaudit.pkix.names import self_issued
from mcuaudit.pkix.policy_inputs import ANY_POLICY, PolicyInputs

MOST_POLICIES = 1_000_000
"""Limit of policies and mappings to go through in one path, and in all candidate paths of one end entity."""

_FIELDS: Final = ("certificatePolicies", "policyMappings", "policyConstraints", "inhibitAnyPolicy")


def may_refuse(certificate: Certificate) -> bool:
    """A path with this certificate may be refused for its policies, even if no explicit policy is required initially.

    Without policyConstraints no explicit policy comes into force, and every other policy extension is without effect,
    except a mapping of anyPolicy, which RFC 5280 forbids (section 6.1.4 (a)).
    """
    return (
        certificate.require_explicit_policy is not None
        or certificate.policy_mappings is not None
        or certificate.cannot_read("policyConstraints", "policyMappings")
    )


@dataclass(frozen=True, slots=True)
class Level:
    """The state variables of RFC 5280, section 6.1.2, and the deepest level of the graph.

    Attributes:
        inputs: the inputs of the evaluation.
        explicit: explicit_policy.
        mapping: policy_mapping.
        inhibit_any: inhibit_anyPolicy.
        nodes: the policies of the level. Between two certificates these are the expected policies of all nodes. The
            value says whether the node descends from a policy that the inputs accept.
        any_node: the level has the node anyPolicy.
        generous: what cannot be read is assumed to allow everything; otherwise it is assumed to allow nothing.
        work: the number of policies and mappings that were gone through.
        lost: why there is no policy left, as a certificate and a detail; None if there is one.
        required_by: the certificate that requires an explicit policy; None if it is the caller.
        flaw: why the path is refused; None if it is not.
    """

    inputs: PolicyInputs
    explicit: int
    mapping: int
    inhibit_any: int
    nodes: Mapping[str, bool] = field(default_factory=dict)
    any_node: bool = True
    generous: bool = False
    work: int = 0
    lost: tuple[Certificate, str] | None = None
    required_by: Certificate | None = None
    flaw: Flaw | None = None

    @property
    def empty(self) -> bool:
        """The valid_policy_tree is NULL."""
        return not self.nodes and not self.any_node


def initial_level(inputs: PolicyInputs, length: int, *, generous: bool) -> Level:
    """The state before the first certificate of a path of `length` certificates (RFC 5280, section 6.1.2)."""
    return Level(
        inputs,
        explicit=0 if inputs.explicit else length + 1,
        mapping=0 if inputs.inhibit_mapping else length + 1,
        inhibit_any=0 if inputs.inhibit_any else length + 1,
        generous=generous,
    )


def below_cas(level: Level, cas: Sequence[Certificate]) -> Level:
    """The state after the CA certificates of a path, the one below the trust anchor first."""
    for certificate in cas:
        level = _descend(level, certificate, final=False)
        level = level if level.flaw else _prepared(level, certificate)
    return level


def concluded(level: Level, end_entity: Certificate) -> Level:
    """The state after the last certificate of a path; `flaw` is None if the path is valid (RFC 5280, section 6.1.5)."""
    level = _descend(level, end_entity, final=True)
    if level.flaw:
        return level
    explicit, required_by = max(0, level.explicit - 1), level.required_by
    required, _ = _constraints(level, end_entity)
    if required == 0:
        # (b) Another value has no effect on the last certificate.
        explicit, required_by = 0, required_by if level.explicit == 0 else end_entity
    level = replace(level, required_by=required_by)
    if explicit > 0 or level.any_node or any(level.nodes.values()):
        return level
    if level.empty:
        return _refused(level)
    lost = end_entity, "has no certificate policy that corresponds to one of the initial policies"
    return _refused(replace(level, lost=lost))


def _descend(level: Level, certificate: Certificate, *, final: bool) -> Level:
    """RFC 5280, section 6.1.3 (d) to (f): the level of this certificate."""
    if level.flaw:
        return level
    policies, inputs = certificate.certificate_policies, level.inputs
    any_allowed = level.inhibit_any > 0 or (not final and self_issued(certificate))
    if certificate.cannot_read("certificatePolicies"):
        policies, any_allowed = (ANY_POLICY,) if level.generous else None, True
    nodes: dict[str, bool] = {}
    for policy in policies or ():
        above = level.nodes.get(policy)
        if above is not None and not level.generous:
            nodes[policy] = above  # (d) (1) (i)
        elif policy != ANY_POLICY and (level.any_node or above is not None):
            nodes[policy] = bool(above) or (level.any_node and inputs.accepts(policy))  # (d) (1) (ii)
    any_node = level.any_node and any_allowed and ANY_POLICY in (policies or ())
    if any_allowed and ANY_POLICY in (policies or ()):
        nodes = {**level.nodes, **nodes}  # (d) (2)
    work = level.work + len(policies or ()) + len(level.nodes)
    below = replace(level, nodes=nodes, any_node=any_node, work=work)
    if below.empty and not level.empty:
        below = replace(below, lost=(certificate, _why_none(certificate)))
    if work > MOST_POLICIES:
        return replace(below, flaw=_flaw(certificate, Kind.TOO_MANY_POLICIES, ""))
    return _refused(below) if below.explicit == 0 and below.empty else below


def _prepared(level: Level, certificate: Certificate) -> Level:
    """RFC 5280, section 6.1.4 (a), (b) and (h) to (j): the state for the next certificate."""
    if certificate.cannot_read("policyMappings"):
        if not level.generous:
            return replace(level, flaw=_flaw(certificate, Kind.POLICY_MAPPING, "has policyMappings"))
        level = replace(level, any_node=not level.empty)
    elif certificate.policy_mappings:
        if any(ANY_POLICY in pair for pair in certificate.policy_mappings):
            detail = "has policyMappings to or from anyPolicy"
            return replace(level, flaw=_flaw(certificate, Kind.POLICY_MAPPING, detail))
        level = _mapped(level, certificate, certificate.policy_mappings)
    step = 0 if self_issued(certificate) else 1
    required, inhibited = _constraints(level, certificate)
    inhibit_any = certificate.inhibit_any_policy
    if certificate.cannot_read("inhibitAnyPolicy"):
        inhibit_any = None if level.generous else 0
    explicit = max(0, level.explicit - step)
    return replace(
        level,
        explicit=_lower(explicit, required),
        mapping=_lower(max(0, level.mapping - step), inhibited),
        inhibit_any=_lower(max(0, level.inhibit_any - step), inhibit_any),
        required_by=certificate if required is not None and required < explicit else level.required_by,
    )


def _mapped(level: Level, certificate: Certificate, pairs: Sequence[tuple[str, str]]) -> Level:
    """RFC 5280, section 6.1.4 (b): the expected policies of the level, or the level without the mapped ones."""
    mappings: dict[str, list[str]] = {}
    for issuers, subjects in pairs:
        mappings.setdefault(issuers, []).append(subjects)
    if level.mapping == 0:
        left = {policy: accepted for policy, accepted in level.nodes.items() if policy not in mappings}
        without = replace(level, nodes=left, work=level.work + len(pairs) + len(level.nodes))
        detail = "maps its certificate policies, although policy mapping is inhibited"
        return replace(without, lost=(certificate, detail)) if without.empty and not level.empty else without
    expected: dict[str, bool] = {}
    for policy, accepted in level.nodes.items():
        for target in mappings.get(policy, (policy,)):
            expected[target] = expected.get(target, False) or accepted
    if level.any_node:
        for policy, targets in mappings.items():
            if policy not in level.nodes or level.generous:
                for target in targets:
                    expected[target] = expected.get(target, False) or level.inputs.accepts(policy)
    return replace(level, nodes=expected, work=level.work + len(pairs) + len(expected))


def _constraints(level: Level, certificate: Certificate) -> tuple[int | None, int | None]:
    """requireExplicitPolicy and inhibitPolicyMapping."""
    if certificate.cannot_read("policyConstraints"):
        return (None, None) if level.generous else (0, 0)
    return certificate.require_explicit_policy, certificate.inhibit_policy_mapping


def _lower(counter: int, limit: int | None) -> int:
    return counter if limit is None else min(counter, limit)


def _why_none(certificate: Certificate) -> str:
    if certificate.certificate_policies is None:
        return "has no certificatePolicies"
    return "has no certificate policy that the CA certificates above it allow"


def _refused(level: Level) -> Level:
    assert level.lost, "no policy is left, and none was lost"  # noqa: S101
    certificate, detail = level.lost
    required = "an explicit policy is required"
    if level.required_by:
        own = level.required_by.sha256 == certificate.sha256
        required = f"{'it' if own else title(level.required_by)} requires an explicit policy"
    return replace(level, flaw=_flaw(certificate, Kind.NO_EXPLICIT_POLICY, f"{detail}, and {required}"))


def _flaw(certificate: Certificate, kind: Kind, detail: str) -> Flaw:
    return Flaw(kind, certificate, detail, Remedy(RemedyKind.REISSUE))


class PolicyMemo:
    """The evaluation of policies in paths, with each row of CA certificates evaluated once."""

    def __init__(self, inputs: PolicyInputs) -> None:
        self.inputs = inputs
        self._above: dict[tuple[str, ...], tuple[Level, ...]] = {}

    def flaw(self, end_entity: Certificate, cas: Sequence[Certificate]) -> tuple[Flaw | None, int]:
        """Why the path is not valid if its policies are evaluated, and the work; the trust anchor is the last of `cas`.

        What cannot be read leaves it undetermined, unless every content of it gives the same outcome.
        """
        strictly, *generously = (concluded(level, end_entity) for level in self._below(cas, end_entity))
        work = strictly.work + sum(level.work for level in generously)
        if strictly.flaw is None or not generously:
            return strictly.flaw, work
        certain = generously[0].flaw
        if certain and certain.hard:
            return certain, work
        damaged = next(one for one in (*cas[-2::-1], end_entity) if one.cannot_read(*_FIELDS))
        detail = "has certificate policies, or constraints or mappings of them, that cannot be read"
        return _flaw(damaged, Kind.UNREADABLE, detail), work

    def _below(self, cas: Sequence[Certificate], end_entity: Certificate) -> tuple[Level, ...]:
        """The states below the CA certificates: the strict one, and a generous one if a certificate is damaged."""
        both = any(one.cannot_read(*_FIELDS) for one in (end_entity, *cas[:-1]))
        key = str(both), *(ca.sha256 for ca in cas)
        if key not in self._above:
            self._above[key] = tuple(
                below_cas(initial_level(self.inputs, len(cas), generous=generous), cas[-2::-1])
                for generous in ((False, True) if both else (False,))
            )
        return self._above[key]


def under_reading(flaw: Flaw) -> Flaw:
    """The flaw where it is open whether policies are evaluated (reading A21)."""
    return replace(flaw, kind=Kind.POLICIES)
