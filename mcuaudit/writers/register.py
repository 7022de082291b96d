"""A register of formats: the modules of a package, what is added at run time, and what other packages provide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Final

from mcuaudit.errors import UsageError
from mcuaudit.system.import_failures import file_of, place_in, reason_of
from mcuaudit.system.installed import installed_entries
from mcuaudit.writers.interface import Format

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_DECLARE: Final = "declare FORMAT, see mcuaudit/writers/interface.py."


class Register(Mapping[str, Format]):
    """Formats by name: those of the package by name, then those that were added, then those of other packages.

    A name is given once: a package cannot replace a format of mcuaudit. What other packages provide is looked for when
    a name is not found among the others, or all names are listed; it is loaded when it is used.

    Args:
        modules: gives the modules of the package; each declares one format, as `FORMAT`.
        group: the group of entry points under which other packages name their formats.
    """

    def __init__(self, modules: Callable[[], Iterable[ModuleType]], group: str) -> None:
        self._modules = modules
        self._group = group
        self._own: dict[str, Format] | None = None
        self._added: dict[str, Format] = {}
        self._provided: dict[str, EntryPoint] | None = None
        self._loaded: dict[str, Format] = {}

    @property
    def own(self) -> Mapping[str, Format]:
        """The formats of the package itself.

        Raises:
            UsageError: a module does not declare a format, or two declare one name.
        """
        if self._own is None:
            found: dict[str, tuple[str, Format]] = {}
            for module in self._modules():
                file, declared = file_of(module.__name__), declared_by(module)
                if declared.name in found:
                    other = found[declared.name][0]
                    raise UsageError(
                        f"{file}: the format name {declared.name} is taken by {other}; choose another one."
                    )
                found[declared.name] = file, declared
            self._own = {name: found[name][1] for name in sorted(found)}
        return self._own

    def add(self, added: Format) -> Format:
        """Register a format for this process, as a notebook or a program does that has one of its own.

        Raises:
            UsageError: there is a format of that name.
        """
        if added.name in self:
            raise UsageError(f"The format name {added.name} is taken; choose another one.")
        self._added[added.name] = added
        return added

    def remove(self, name: str) -> None:
        """Remove a format that was added; the formats of packages stay."""
        self._added.pop(name, None)

    def __getitem__(self, name: str) -> Format:
        for known in (self.own, self._added, self._loaded):
            if name in known:
                return known[name]
        self._loaded[name] = _load(self._of_packages()[name])
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        yield from dict.fromkeys((*self.own, *self._added, *self._of_packages()))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        # Mapping's own would load the format.
        return name in self.own or name in self._added or name in self._of_packages()

    def _of_packages(self) -> Mapping[str, EntryPoint]:
        if self._provided is None:
            # Of two packages that provide a format of one name, the first counts.
            self._provided = {}
            for _, entry in installed_entries(self._group):
                self._provided.setdefault(entry.name, entry)
        return self._provided


def declared_by(module: ModuleType) -> Format:
    """The format that a module of the package declares.

    Raises:
        UsageError: it declares none.
    """
    declared: object = getattr(module, "FORMAT", None)
    if isinstance(declared, Format):
        return declared
    file = file_of(module.__name__)
    found = f"FORMAT is a {type(declared).__name__}" if hasattr(module, "FORMAT") else "the module has no FORMAT"
    raise UsageError(f"{file}: {found}; {_DECLARE}")


def not_imported(module: str, error: Exception) -> UsageError:
    """The error of a module of the package that cannot be imported, in one line."""
    return UsageError(f"{place_in(module, error)}: {reason_of(error)}.")


def _load(entry: EntryPoint) -> Format:
    """The format that an installed package provides.

    Raises:
        UsageError: it cannot be imported, or is not a format of that name.
    """
    package = entry.dist.name if entry.dist else entry.value
    try:
        found = entry.load()
    except Exception as error:
        # The package is foreign, so anything can go wrong in it.
        reason = f"{type(error).__name__}: {error}"
        raise UsageError(
            f"The format {entry.name} of the package {package} cannot be loaded ({reason}); update or uninstall "
            "the package."
        ) from error
    if not isinstance(found, Format) or found.name != entry.name:
        shown = f"a format with the name {found.name}" if isinstance(found, Format) else f"a {type(found).__name__}"
        raise UsageError(
            f"The package {package} gives {shown} for the entry point {entry.name} ({entry.value}); expected "
            f"mcuaudit.writers.interface.Format with the name {entry.name}."
        )
    return found
