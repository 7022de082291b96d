"""Print the lowest version that pyproject.toml allows of each direct dependency, as constraints for pip.

`make lowest` installs these and runs a part of the tests with them.

Run: python tests/lowest_versions.py
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Final

PYPROJECT: Final = Path(__file__).parents[1] / "pyproject.toml"
EXTRAS: Final = ("test",)
"""The extras that are installed beside the dependencies of the program."""
_REQUIREMENT: Final = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(\[[^]]*\])?>=(?P<version>[0-9][0-9a-z.]*)")


def lowest_versions(extras: tuple[str, ...] = EXTRAS) -> dict[str, str]:
    """The lower bound of each direct dependency, by name; the higher one where two lists name the same package.

    Raises:
        ValueError: a dependency has no lower bound, or anything else beside it.
    """
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra])]
    found: dict[str, str] = {}
    for requirement in wanted:
        matched = _REQUIREMENT.fullmatch(requirement)
        if matched is None:
            raise ValueError(f"{requirement!r} in pyproject.toml: expected NAME>=VERSION")
        name, version = matched["name"], matched["version"]
        if name not in found or _numbers(version) > _numbers(found[name]):
            found[name] = version
    return found


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


if __name__ == "__main__":
    print("\n".join(f"{name}=={version}" for name, version in lowest_versions().items()))
