"""The mutation tests test themselves: what is changed, what is not, and what becomes of mutants."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

from tests.mutation.mutants import Mutant, mutants_of, mutated
from tests.mutation.page import page, table
from tests.mutation.results import Equivalent, Results, read_equivalent, score
from tests.mutation.runs import Fate, Laboratory, NearTests, copy_checkout, near_tests, own_tests, state_of
from tests.mutation.sample import all_mutants, sample

ROOT = Path(__file__).parents[2]


def changes(source: str) -> set[str]:
    return {mutant.change for mutant in mutants_of("a.py", source)}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a <= b", {"a <= b → a < b", "a <= b → a > b"}),
        ("a == b", {"a == b → a != b"}),
        ("a in b == c", {"a in b == c → a not in b == c", "a in b == c → a in b != c"}),
        ("a is not b", {"a is not b → a is b"}),
        ("x = a and b", {"a and b → a or b", "a and b → a", "a and b → b"}),
        ("x = not a", {"not a → a"}),
        ("x = 4096", {"4096 → 4097", "4096 → 4095"}),
        ("x = 0", {"0 → 1"}),
        ("x = True", {"True → False"}),
        ("x = 'word'", {"'word' → 'wordx'"}),
        ("x = ''", {"'' → 'x'"}),
        ("x = 'words of a sentence'", set()),
        ("x = f'{a + 1}'", set()),
        ("x: a | b = None", set()),
        ("def f(a: int = 1) -> a | b:\n    '''Words'''", {"1 → 2", "1 → 0"}),
        ("x = any(a)", {"any(a) → all(a)"}),
        ("x = a.strip()", {"a.strip() → a"}),
        ("x = a.startswith(b)", {"a.startswith(b) → a.endswith(b)"}),
        ("x = sorted(a, key=b)", {"sorted(a, key=b) → list(a)", "sorted(a, key=b) → sorted(a)"}),
        ("f(a, b=c)", {"f(a, b=c) → pass", "f(a, b=c) → f(a)"}),
        ("x = zip(a, b, strict=True)", set()),
        ("x = a if b else c", {"b → not b"}),
        ("x = [a for a in b if c]", {"c → not c", "c → True"}),
        ("if a:\n    raise b('words')", {"a → not a", "raise b('words') → pass"}),
        ("for a in b:\n    continue", {"continue → break"}),
        ("a += b", {"a += b → pass"}),
        ("def f():\n    return a", {"return a → return None"}),
        ("match a:\n    case b if c:\n        d()", {"c → not c", "d() → pass"}),
        ("import a", set()),
        ("x = Literal['a', 'b']", set()),
        ("__all__ = ['a']", set()),
        ("@a(b=1)\ndef f():\n    pass", set()),
    ],
)  # fmt: skip
def test_each_kind_of_change(source: str, expected: set[str]) -> None:
    found = changes(source)
    # What a bare expression does is taken out as a whole, which is not what these cases are about.
    assert {change for change in found if change in expected or not change.endswith("→ pass")} == expected


def test_a_mutant_differs_from_its_source_in_its_change_alone() -> None:
    source = "def f(a, b):\n    # why\n    if a < 3 and b:\n        return a\n    return 'x'\n"
    original = ast.unparse(ast.parse(source))
    texts = [mutated(source, mutant) for mutant in mutants_of("a.py", source)]
    assert len(set(texts)) == len(texts) > 8
    for mutant, text in zip(mutants_of("a.py", source), texts, strict=True):
        assert text.strip() == original.replace(mutant.before, mutant.after, 1)


def test_the_same_change_twice_in_one_line_is_counted() -> None:
    mutants = [mutant for mutant in mutants_of("a.py", "x = a + 1 < b + 1\n") if mutant.change == "1 → 2"]
    assert [(mutant.occurrence, mutated("x = a + 1 < b + 1\n", mutant)) for mutant in mutants] == [
        (1, "x = a + 2 < b + 1\n"),
        (2, "x = a + 1 < b + 2\n"),
    ]
    second = Equivalent("a.py", "x = a + 1 < b + 1", "1 → 2", "why", occurrence=2)
    assert [second.names(mutant) for mutant in mutants] == [False, True]


def test_every_file_that_is_mutated_gives_code_that_compiles() -> None:
    for package in near_tests(ROOT):
        mutants = all_mutants(ROOT, package)
        assert len(mutants) > 50
        assert len({mutant.key for mutant in mutants}) == len(mutants)
        for mutant in mutants[:: len(mutants) // 5]:
            compile(mutated((ROOT / mutant.file).read_text(encoding="utf-8"), mutant), mutant.file, "exec")


def test_a_sample_is_spread_over_packages_and_kinds_and_begins_as_a_larger_one() -> None:
    packages = ("decode", "identity", "pkix")
    small, large = sample(ROOT, packages, 30, 1), sample(ROOT, packages, 60, 1)
    for package in packages:
        assert len(small[package]) == 10
        assert large[package][:10] == small[package]
        assert len({mutant.kind for mutant in small[package]}) == 10
    assert sample(ROOT, packages, 30, 1) == small
    assert sample(ROOT, packages, 30, 2) != small
    assert [len(found) for found in sample(ROOT, packages, 32, 1).values()] == [11, 11, 10]


def test_every_entry_of_the_list_of_equivalents_names_a_mutant_and_a_reason() -> None:
    mutants = [mutant for package in near_tests(ROOT) for mutant in all_mutants(ROOT, package)]
    for entry in read_equivalent():
        assert any(entry.names(mutant) for mutant in mutants), entry
        assert len(entry.reason) > 20, entry


def test_a_package_without_near_tests_is_refused(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text('[near_tests]\na = ["tests/none"]\n')
    with pytest.raises(ValueError, match="a has no near tests"):
        near_tests(tmp_path, tmp_path / "map.toml")


def test_paths_that_do_not_exist_are_passed_over_and_options_kept(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "map.toml").write_text('[near_tests]\na = ["tests --ignore=x none", "none --ignore=x", "none"]\n')
    assert near_tests(tmp_path, tmp_path / "map.toml")["a"].runs == (("tests", "--ignore=x"),)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small checkout: one package, and tests in two runs."""
    root = tmp_path / "project"
    for name, text in {
        "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["."]\n',
        "mcuaudit/__init__.py": "",
        "mcuaudit/a/limit.py": "def allowed(n):\n    while n < 0:\n        n += 1\n    return n <= 3 and n != 7\n",
        "tests/test_first.py": "from mcuaudit.a.limit import allowed\n\ndef test_it():\n    assert allowed(3)\n",
        "tests/test_second.py": "from mcuaudit.a.limit import allowed\n\ndef test_it():\n    assert not allowed(4)\n"
        "    assert allowed(-1)\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    subprocess.run(["git", "init", "-q", root], check=True)
    return root


def test_what_becomes_of_mutants(project: Path, tmp_path: Path) -> None:
    near = NearTests("a", (("tests/test_first.py",), ("tests/test_second.py",)))
    copy = tmp_path / "copy"
    copy_checkout(project, copy)
    laboratory = Laboratory(copy, {"a": near})
    laboratory.prepare("a")
    laboratory._limits["a"] = [20, 3]
    before = (copy / "mcuaudit/a/limit.py").read_bytes()
    mutants = {mutant.change: mutant for mutant in all_mutants(project, "a")}
    fates = {
        change: laboratory.fate("a", mutants[change])
        for change in (
            "n <= 3 → n < 3", "3 → 4", "7 → 8", "n += 1 → pass"
        )
    }  # fmt: skip
    # Killed by the first run and by the second one.
    assert fates == {
        "n <= 3 → n < 3": Fate.KILLED,
        "3 → 4": Fate.KILLED,
        "7 → 8": Fate.SURVIVED,
        "n += 1 → pass": Fate.TIMED_OUT,
    }
    assert (copy / "mcuaudit/a/limit.py").read_bytes() == before == (project / "mcuaudit/a/limit.py").read_bytes()


def test_the_tests_of_its_own_module_come_first(project: Path, tmp_path: Path) -> None:
    (project / "tests/a").mkdir()
    (project / "tests/a/test_limit.py").write_text(
        "from mcuaudit.a.limit import allowed\n\ndef test_it():\n    assert not allowed(7)\n    assert not allowed(9)\n"
    )
    slow = f"from pathlib import Path\n\ndef test_it():\n    Path({str(tmp_path / 'ran')!r}).touch()\n"
    (project / "tests/test_first.py").write_text(slow)
    copy_checkout(project, tmp_path / "copy")
    laboratory = Laboratory(tmp_path / "copy", {"a": NearTests("a", (("tests/test_first.py",),))})
    laboratory.prepare("a")
    (tmp_path / "ran").unlink()
    mutants = {mutant.change: mutant for mutant in all_mutants(project, "a")}
    assert own_tests(project, mutants["7 → 8"]) == "tests/a/test_limit.py"
    assert laboratory.fate("a", mutants["n <= 3 and n != 7 → n != 7"]) is Fate.KILLED
    assert not (tmp_path / "ran").exists()
    assert laboratory.fate("a", mutants["n <= 3 → n < 3"]) is Fate.SURVIVED
    assert (tmp_path / "ran").exists()


@pytest.mark.whole
def test_a_mutant_is_not_killed_by_a_machine_that_is_slow(project: Path, tmp_path: Path) -> None:
    (project / "tests/test_first.py").write_text("import time\n\ndef test_it():\n    time.sleep(6)\n")
    copy_checkout(project, tmp_path / "copy")
    laboratory = Laboratory(tmp_path / "copy", {"a": NearTests("a", (("tests/test_first.py",),))})
    laboratory.prepare("a")
    assert laboratory._limits["a"][0] < 20 + 5 * 6, "waiting is not counted"
    laboratory._limits["a"] = [5]
    (mutant,) = (mutant for mutant in all_mutants(project, "a") if mutant.change == "7 → 8")
    assert laboratory.fate("a", mutant) is Fate.SURVIVED


def test_near_tests_that_fail_without_a_mutant_say_nothing(project: Path, tmp_path: Path) -> None:
    (project / "tests/test_first.py").write_text("def test_it():\n    assert False\n")
    copy_checkout(project, tmp_path / "copy")
    with pytest.raises(RuntimeError, match="do not pass without a mutant"):
        Laboratory(tmp_path / "copy", {"a": NearTests("a", (("tests",),))}).prepare("a")


def test_a_fate_is_known_as_long_as_code_and_near_tests_are_the_same(project: Path, tmp_path: Path) -> None:
    near = NearTests("a", (("tests/test_first.py",),))
    mutant, state = all_mutants(project, "a")[0], state_of(project, near)
    Results(tmp_path / "build" / "results").add(mutant, state, Fate.KILLED)
    results = Results(tmp_path / "build" / "results")
    assert results.fate(mutant, state) is Fate.KILLED
    for file in ("mcuaudit/a/limit.py", "tests/test_first.py"):
        before = (project / file).read_text()
        (project / file).write_text(before + "\n# changed")
        assert results.fate(mutant, state_of(project, near)) is None
        assert results.fate(mutant, None) is Fate.KILLED
        (project / file).write_text(before)
    assert state_of(project, near) == state
    assert results.fate(all_mutants(project, "a")[1], state) is None


def test_the_score_leaves_out_equivalents_and_names_those_that_were_killed() -> None:
    mutants = [
        Mutant("a.py", number, 9, "x < y", "comparison", f"x < {number}", f"x <= {number}") for number in range(6)
    ]
    fates = [Fate.KILLED, Fate.TIMED_OUT, Fate.SURVIVED, Fate.SURVIVED, Fate.KILLED, None]
    judged = [
        Equivalent("a.py", "x < y", f"x < {number} → x <= {number}", "no number lies between") for number in (3, 4)
    ]
    found = score("a", list(zip(mutants, fates, strict=True)), judged)
    assert (found.killed, found.timed_out) == ((mutants[0], mutants[1], mutants[4]), 1)
    assert (found.survived, found.equivalent) == ((mutants[2],), (mutants[3],))
    assert (found.misjudged, found.left, found.rate) == ((mutants[4],), 1, 0.75)
    text = page({"a": found}, judged, seed=1, commit="abc", available=6)
    assert "- `a.py:9` `` x < 2 `` → `` x <= 2 ``\n" in text
    assert "`` x <= 3 ``: no number lies between" in text
    assert table({"a": found}).splitlines()[-1].split(" | ")[-1].strip(" |") == "75.0%"
