"""Issuer and scope of revocation lists: RFC 5280, section 6.3.3 (b) to (d), and 5.2.4 for delta lists."""

from __future__ import annotations

from typing import Final

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.revocation_list import (
    ALL_REASONS,
    DIRECTORY_NAME,
    DistributionPoint,
    ListScope,
    PointName,
    RevocationList,
)
from mcuaudit.pkix.flaws import Kind
from mcuaudit.pkix.names import canonical_name
from mcuaudit.pkix.revocation_names import comparable, names_of_point
from mcuaudit.pkix.revocation_status import ListProblem, list_title

_NO_SCOPE: Final = ListScope()


def scope_problem(one: RevocationList, point: DistributionPoint, certificate: Certificate) -> ListProblem | None:
    """(b): why a list of the right issuer does not speak of a certificate; None if it does."""
    scope = one.scope or _NO_SCOPE
    detail = ""
    if point.issuers is not None and not scope.indirect:  # (b)(1)
        detail = "is not an indirect CRL, and the certificate names its issuer as that of one"
    elif scope.name is not None and not _names_match(one, scope.name, point, certificate):  # (b)(2)(i)
        detail = "is that of another distribution point"
    elif scope.only_user and certificate.is_ca:  # (b)(2)(ii)
        detail = "has end entity certificates only"
    elif scope.only_ca and not certificate.is_ca:  # (b)(2)(iii)
        detail = "has CA certificates only"
    elif scope.only_attribute:  # (b)(2)(iv)
        detail = "has attribute certificates only"
    return ListProblem(Kind.CRL_SCOPE, f"the CRL of {list_title(one)} {detail}") if detail else None


def _names_match(one: RevocationList, name: PointName, point: DistributionPoint, certificate: Certificate) -> bool:
    """(b)(2)(i): a name of the list is one of the distribution point, or without such a name one of its cRLIssuer."""
    own = names_of_point(name, (one.issuer,))
    if point.name is None:
        return not own.isdisjoint(map(comparable, point.issuers or ()))
    above = [content for kind, content in point.issuers or () if kind == DIRECTORY_NAME] or [certificate.issuer]
    return not own.isdisjoint(names_of_point(point.name, above))


def reasons_covered(one: RevocationList, point: DistributionPoint) -> frozenset[str]:
    """(d): interim_reasons_mask."""
    of_list = one.scope.reasons if one.scope else None
    if of_list is not None and point.reasons is not None:
        return of_list & point.reasons
    if of_list is not None:
        return of_list
    return ALL_REASONS if point.reasons is None else point.reasons


def delta_fits(delta: RevocationList, one: RevocationList) -> bool:
    """(c), and section 5.2.4 (c) and (d): a delta list updates a complete one."""
    if canonical_name(delta.issuer) != canonical_name(one.issuer):  # (c)(1)
        return False
    if _comparable_scope(delta) != _comparable_scope(one):  # (c)(2)
        return False
    if delta.authority_key_identifier != one.authority_key_identifier:  # (c)(3)
        return False
    if delta.base_number is None or delta.number is None or one.number is None:
        return False
    return delta.base_number <= one.number < delta.number


def _comparable_scope(one: RevocationList) -> tuple[object, ...] | None:
    scope = one.scope
    if scope is None:
        return None
    name = None if scope.name is None else names_of_point(scope.name, (one.issuer,))
    return name, scope.only_user, scope.only_ca, scope.only_attribute, scope.indirect, scope.reasons
