"""YAML with all scalars as the texts that they are written as: 0123, yes and 2026-11-23 mean nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from mcuaudit.errors import Undecodable

_LARGEST: Final = 4 << 20
_MERGED: Final = "<<"
_MOST_MERGED: Final = 100_000


def yaml_texts(text: str, expected: str) -> Any:
    """The content of a YAML text: mappings, lists and texts. Tags mean nothing; aliases are one object.

    Args:
        text: the YAML.
        expected: what a message says that was expected.

    Raises:
        Undecodable: it is not YAML, or has a key twice, or a key that is not a text.
    """
    import yaml

    if len(text) > _LARGEST:
        raise Undecodable(f"expected {expected}; YAML of more than {_LARGEST >> 20} MiB is not read")
    compose: Callable[..., Any] = yaml.compose
    try:
        return _Contents().of(compose(text, Loader=yaml.BaseLoader))
    except (yaml.YAMLError, RecursionError, ValueError, LookupError, AttributeError, TypeError) as error:
        where = getattr(error, "problem_mark", None)
        raise Undecodable(
            f"expected {expected}; the YAML cannot be read", f"line {where.line + 1}" if where else ""
        ) from error


class _Contents:
    """The contents of nodes, each made once."""

    def __init__(self) -> None:
        self._made: dict[int, Any] = {}
        self._begun: set[int] = set()
        self._copied = 0

    def of(self, node: Any) -> Any:
        """The content of a node; "" for an empty document."""
        if node is None or node.id == "scalar":
            return "" if node is None else node.value
        if id(node) not in self._made:
            self._begun.add(id(node))
            if node.id == "sequence":
                self._made[id(node)] = made = []
                made += [self.of(one) for one in node.value]
            else:
                self._made[id(node)] = {}
                self._fill(self._made[id(node)], node)
            self._begun.discard(id(node))
        return self._made[id(node)]

    def _fill(self, made: dict[str, Any], node: Any) -> None:
        merged: list[dict[str, Any]] = []
        for key, value in node.value:
            where = f"line {key.start_mark.line + 1}"
            if key.id != "scalar":
                raise Undecodable("a key is a list or mapping; expected a text", where)
            if key.value == _MERGED and key.style is None:
                merged += self._merged(value, where)
                continue
            if key.value in made:
                raise Undecodable(f'the key "{key.value[:40]}" is there twice; remove one', where)
            made[key.value] = self.of(value)
        for other in merged:
            self._copied += len(other)
            if self._copied > _MOST_MERGED:
                raise Undecodable(f"{_MERGED} stands for more than {_MOST_MERGED:,} keys")
            for name, content in other.items():
                made.setdefault(name, content)

    def _merged(self, value: Any, where: str) -> list[dict[str, Any]]:
        nodes = value.value if value.id == "sequence" else [value]
        if any(one.id != "mapping" or id(one) in self._begun for one in nodes):
            raise Undecodable(f"{_MERGED} has something else than other mappings", where)
        return [self.of(one) for one in nodes]
