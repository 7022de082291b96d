"""The valid policy tree, written word for word from RFC 5280, section 6.1, without the code of the package.

Exponential where the RFC is: for small paths only.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

ANY = "2.5.29.32.0"


@dataclass(frozen=True)
class Stated:
    """What one certificate says of policies, and whether its subject and issuer are the same."""

    policies: tuple[str, ...] | None = None
    mappings: tuple[tuple[str, str], ...] = ()
    require_explicit: int | None = None
    inhibit_mapping: int | None = None
    inhibit_any: int | None = None
    self_issued: bool = False


@dataclass(eq=False)
class Node:
    """A node of the tree: valid_policy and expected_policy_set."""

    policy: str
    expected: set[str]
    parent: Node | None
    children: list[Node] = field(default_factory=list)

    def add(self, policy: str, expected: set[str]) -> None:
        self.children.append(Node(policy, expected, self))


class Tree:
    """The tree with all of its nodes; `root` is None if it is NULL."""

    def __init__(self) -> None:
        self.root: Node | None = Node(ANY, {ANY}, None)

    def at(self, depth: int) -> list[Node]:
        level = [self.root] if self.root else []
        for _ in range(depth):
            level = [child for node in level for child in node.children]
        return level

    def delete(self, node: Node) -> None:
        if node.parent is None:
            self.root = None
        else:
            node.parent.children.remove(node)

    def prune(self, depth: int) -> None:
        """Delete nodes of this depth or less without children, until there are none."""
        for above in range(depth, -1, -1):
            for node in self.at(above):
                if not node.children:
                    self.delete(node)


def valid(
    path: Sequence[Stated],
    initial: Collection[str] = (ANY,),
    *,
    explicit: bool = False,
    no_mapping: bool = False,
    no_any: bool = False,
) -> bool:
    """Whether the path, without its trust anchor and from the top down, is valid as to policies."""
    n = len(path)
    tree = Tree()
    explicit_policy = 0 if explicit else n + 1
    policy_mapping = 0 if no_mapping else n + 1
    inhibit_any_policy = 0 if no_any else n + 1
    for i, stated in enumerate(path, start=1):
        _basic(tree, stated, i, n, inhibit_any_policy)
        if explicit_policy == 0 and tree.root is None:  # 6.1.3 (f)
            return False
        if i == n:
            break
        if any(ANY in pair for pair in stated.mappings):  # 6.1.4 (a)
            return False
        _map(tree, stated, i, policy_mapping)
        if not stated.self_issued:  # (h)
            explicit_policy = max(explicit_policy - 1, 0)
            policy_mapping = max(policy_mapping - 1, 0)
            inhibit_any_policy = max(inhibit_any_policy - 1, 0)
        if stated.require_explicit is not None and stated.require_explicit < explicit_policy:  # (i)
            explicit_policy = stated.require_explicit
        if stated.inhibit_mapping is not None and stated.inhibit_mapping < policy_mapping:
            policy_mapping = stated.inhibit_mapping
        if stated.inhibit_any is not None and stated.inhibit_any < inhibit_any_policy:  # (j)
            inhibit_any_policy = stated.inhibit_any
    if explicit_policy != 0:  # 6.1.5 (a)
        explicit_policy -= 1
    if path[-1].require_explicit == 0:  # (b)
        explicit_policy = 0
    _intersect(tree, n, initial)
    return explicit_policy > 0 or tree.root is not None


def _basic(tree: Tree, stated: Stated, i: int, n: int, inhibit_any_policy: int) -> None:
    """6.1.3 (d) and (e)."""
    if stated.policies is None:
        tree.root = None
    if tree.root is None:
        return
    above = tree.at(i - 1)
    for policy in stated.policies or ():
        if policy == ANY:
            continue
        matching = [node for node in above if policy in node.expected]
        for node in matching:
            node.add(policy, {policy})
        if not matching:
            for node in above:
                if node.policy == ANY:
                    node.add(policy, {policy})
    if ANY in (stated.policies or ()) and (inhibit_any_policy > 0 or (i < n and stated.self_issued)):
        for node in above:
            for policy in node.expected - {child.policy for child in node.children}:
                node.add(policy, {policy})
    tree.prune(i - 1)


def _map(tree: Tree, stated: Stated, i: int, policy_mapping: int) -> None:
    """6.1.4 (b)."""
    for policy in dict.fromkeys(issuers for issuers, _ in stated.mappings):
        targets = {subjects for issuers, subjects in stated.mappings if issuers == policy}
        level = tree.at(i)
        nodes = [node for node in level if node.policy == policy]
        if policy_mapping == 0:
            for node in nodes:
                tree.delete(node)
            tree.prune(i - 1)
            continue
        for node in nodes:
            node.expected = set(targets)
        if not nodes and any(node.policy == ANY for node in level):
            (parent,) = (node for node in tree.at(i - 1) if node.policy == ANY)
            parent.add(policy, set(targets))


def _intersect(tree: Tree, n: int, initial: Collection[str]) -> None:
    """6.1.5 (g)."""
    if tree.root is None or ANY in initial:
        return
    below_any = [
        child for depth in range(n) for node in tree.at(depth) if node.policy == ANY for child in node.children
    ]
    for node in below_any:
        if node.policy not in (*initial, ANY):
            tree.delete(node)
    last = [node for node in tree.at(n) if node.policy == ANY]
    for node in last:
        assert node.parent is not None
        known = {one.policy for one in below_any}
        for policy in initial:
            if policy not in known:
                node.parent.add(policy, {policy})
        tree.delete(node)
    tree.prune(n - 1)
