"""The part of the tests and of their cases that `make test` runs: which it is, and that it is one."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from tests.of_programs import PROGRAMS, is_left_out
from tests.sampling import part_of

pytest_plugins = ["pytester"]

SHAPES = [(3,), (2, 2), (3, 4), (2, 3, 5), (40, 3), (1, 7)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("most", [1, 4, 1000])
def test_each_value_of_each_argument_is_in_the_part(shape: tuple[int, ...], most: int) -> None:
    cases = [{f"a{number}": value for number, value in enumerate(values)} for values in product(*(map(range, shape)))]
    kept = part_of(cases, most)
    assert kept <= set(range(len(cases)))
    assert len(kept) >= min(most, len(cases))
    assert part_of(cases, most) == kept
    if len(set(shape) - {1}) and len(shape) > 1:
        for number, size in enumerate(shape):
            assert {cases[place][f"a{number}"] for place in kept} == set(range(size))
        assert len(kept) <= max(most, sum(shape))


def test_arguments_that_change_together_are_one() -> None:
    cases = [{"name": number, "expected": number} for number in range(30)]
    kept = sorted(part_of(cases, 3))
    assert len(kept) == 3
    # Spread over all of them.
    assert kept[-1] - kept[0] > 10


def test_each_file_of_tests_is_in_one_part() -> None:
    root = Path(__file__).parent
    files = [path.relative_to(root) for path in root.rglob("test_*.py")]
    for file in files:
        assert sorted(is_left_out(file, part) for part in ("audits", "programs")) == [False, True], file
        assert not is_left_out(file, "")
    for name in PROGRAMS:
        assert any(file.as_posix().startswith(name) for file in files), f"{name} is gone or has another name"


CASES = """
import pytest

@pytest.mark.part(2)
@pytest.mark.parametrize("number", range(9))
def test_many(number):
    pass

@pytest.mark.whole
def test_late():
    pass

def test_always():
    pass
"""


@pytest.mark.parametrize(("whole", "named", "count"), [("", "", 3), ("1", "", 11), ("", "::test_many", 9)])
def test_a_run_leaves_out_the_others_unless_it_is_whole_or_they_are_named(
    whole: str, named: str, count: int, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makeconftest("from tests.conftest import pytest_collection_modifyitems, pytest_configure")
    pytester.makepyfile(CASES)
    monkeypatch.setattr("tests.sampling.WHOLE", bool(whole))
    monkeypatch.setattr("tests.conftest.WHOLE", bool(whole))
    ran = pytester.inline_run(f"{next(pytester.path.glob('test_*.py'))}{named}", "-p", "no:cacheprovider")
    assert ran.matchreport is not None
    assert len(ran.listoutcomes()[0]) == count
