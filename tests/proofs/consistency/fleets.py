"""Generated fleets: clean exports that are broken in several ways at once, damaged exports, and meshes of MCUs."""

from __future__ import annotations

import copy
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import mcuaudit
from mcuaudit import Audit, Fleet
from tests.authority import NOW
from tests.clean_export import DEVICE, CleanExport
from tests.predict.situations import SITUATIONS
from tests.proofs import calls_between_mcus, damage
from tests.rules.breakages import FAILS, OPENS, PASSES
from tests.rules.breakages.base import Break

DEVICES = (DEVICE, "leeds/mcu-2", "oslo/mcu-1")
_OF_A_DEVICE = ("peers.toml", "peers")


@cache
def breaks() -> dict[str, Break]:
    """Every way to break the clean export that a test of the rules or of the prediction has, by name."""
    return {name: one for group in _groups() for name, one in group.items()}


@cache
def _groups() -> tuple[dict[str, Break], ...]:
    """The same in groups that are drawn from alike: there are many more situations than rules."""
    return (
        {f"{code} fails": one for code, one in FAILS.items()},
        {f"{code} is open": one for code, one in OPENS.items()},
        {f"{code} passes": one for code, one in PASSES.items()},
        SITUATIONS,
    )


def _drawn(rng: random.Random) -> list[str]:
    groups = rng.choices(_groups(), (4, 3, 1, 4), k=rng.choice((0, 1, 2, 2, 3, 4)))
    return [rng.choice(list(group)) for group in groups]


@contextmanager
def read(seed: int, case: int) -> Iterator[tuple[Fleet, str]]:
    """The fleet of a case, and how it was made, while its files are there."""
    rng = random.Random(f"fleet {seed} {case}")
    with TemporaryDirectory() as name:
        root = Path(name) / "export"
        made = rng.choices((_broken, _damaged, _mesh), (6, 2, 1))[0](rng, root)
        yield mcuaudit.read_export(root), made


def audited(seed: int, case: int) -> tuple[Audit, str]:
    """The audit of the fleet of a case, and how the fleet was made."""
    with read(seed, case) as (fleet, made):
        return mcuaudit.audit(fleet, at=NOW), made


def _broken(rng: random.Random, root: Path) -> str:
    """One to three clean devices, each broken in up to four ways."""
    said = []
    for device in DEVICES[: rng.choice((1, 1, 2, 3))]:
        export, names = CleanExport(), _drawn(rng)
        for name in names:
            export = _with(export, breaks()[name])
        lost = [name for name in export.peers if rng.random() < 0.5] if rng.random() < 0.2 else []
        export.peers = {name: facts for name, facts in export.peers.items() if name not in lost}
        add(export, device, root)
        said.append(f"{device}: {', '.join((*names, *(f'without {one}' for one in lost))) or 'intact'}")
    if rng.random() < 0.2:
        (root / "mcuaudit.toml").write_bytes(b'[policy]\nmesh = "fleet"\n')
        said.append("mesh")
    return "; ".join(said)


def _with(export: CleanExport, broken: Break) -> CleanExport:
    """The export with one thing broken; unchanged if an earlier one took away what is to be broken."""
    changed = copy.deepcopy(export)
    try:
        broken(changed)
    except (KeyError, AttributeError):
        return export
    return changed


def add(export: CleanExport, device: str, root: Path) -> None:
    """Write the files of one device; what lies beside it is shared by the fleet."""
    with TemporaryDirectory() as name:
        written = export.write(Path(name))
        for file in sorted(path for path in written.rglob("*") if path.is_file()):
            place = file.relative_to(written).as_posix()
            if place.partition("/")[0] in _OF_A_DEVICE:
                place = f"{device}/{place}"
            elif place.startswith(f"{DEVICE}/"):
                place = f"{device}/{place.removeprefix(f'{DEVICE}/')}"
            (root / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, root / place)


def _damaged(rng: random.Random, root: Path) -> str:
    """An export with settings and peers at several levels, of which one thing is damaged."""
    model, how = damage.export(rng), rng.choice(damage.DAMAGES)
    found = how(rng, model) if rng.random() < 0.7 else None
    damage.write(found[0] if found else model, root)
    return f"damage: {how.__name__ if found else 'none'}"


def _mesh(rng: random.Random, root: Path) -> str:
    """MCUs that call each other."""
    for name, content in calls_between_mcus.export(rng).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return "mesh of MCUs"
