"""The rows of a view depend on what its scope says: views of some devices have the rows that the whole ones have."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import mcuaudit
from mcuaudit.predict.prediction import predict_fleet
from mcuaudit.rules.again import DEVICES, REPLACED
from mcuaudit.rules.difference import Difference, difference
from mcuaudit.rules.views import VIEW_SCHEMAS, Views
from mcuaudit.rules.views.scope import KEYS
from mcuaudit.samples.made_fleet import make_fleet
from tests.authority import NOW
from tests.clean_export import write_files
from tests.proofs.calls_between_mcus import export
from tests.sampling import so_many

FLEETS = ("sample", "made", "mesh")
PARTS = so_many(2, whole=4)
"""Parts of each fleet that are compared."""


@cache
def whole_of(name: str, directory: Path) -> Views:
    root = directory / name
    if name == "sample":
        root = mcuaudit.sample_directory()
    elif name == "made":
        make_fleet(root, so_many(15, whole=40), so_many(3, whole=5), seed=3)
    else:
        write_files(root, export(random.Random(5)))
    fleet = mcuaudit.read_export(root)
    return Views(fleet, predict_fleet(fleet, NOW))


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scopes")


def changed(views: Views, chosen: Collection[str]) -> Difference:
    """What may differ if the recorded settings of these devices do."""
    settings = views.fleet.settings
    other = settings.assign(file=settings["file"].where(~settings["device_id"].isin(list(chosen)), "other.toml"))
    found = difference(views.fleet, replace(views.fleet, settings=other))
    assert found is not None
    return found


def parts(views: Views) -> list[list[str]]:
    numbers, every = random.Random(7), views.fleet.devices["device_id"].tolist()
    return [numbers.sample(every, numbers.randint(1, max(1, len(every) // 4))) for _ in range(PARTS)]


@pytest.mark.part(40)
@pytest.mark.parametrize("fleet", FLEETS)
@pytest.mark.parametrize("name", [name for name, schema in VIEW_SCHEMAS.items() if schema.scope in KEYS])
def test_a_view_of_some_devices_has_the_rows_of_the_whole_view(name: str, fleet: str, directory: Path) -> None:
    whole, scope = whole_of(fleet, directory), VIEW_SCHEMAS[name].scope
    key = KEYS[scope]
    for chosen in parts(whole):
        differs = changed(whole, chosen)
        assert set(chosen) <= differs.devices
        found = Views(whole.fleet, whole.prediction, whole.policy, None, DEVICES[scope](differs))[name]
        keys = list(REPLACED[scope](differs))
        found, expected = (frame[frame[key].isin(keys)].reset_index(drop=True) for frame in (found, whole[name]))
        pd.testing.assert_frame_equal(found, expected, check_index_type=False)
