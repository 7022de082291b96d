"""What SECURITY.md promises is what the code does: the names in it exist, and the promises that can be checked hold."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcuaudit.policy.schema import Limits
from mcuaudit.report.execute import content_security_policy
from mcuaudit.rules import registered_rules

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMES = sorted(set(re.findall(r"`(mcuaudit\.[A-Za-z_.]+)`", TEXT)) - {"mcuaudit.toml"})
EXECUTES = {"eval", "exec", "compile", "__import__"}
NETWORK = {"asyncio", "ftplib", "http", "httpx", "requests", "smtplib", "ssl", "telnetlib", "urllib.request", "urllib3"}
UNPICKLES = {"cPickle", "cloudpickle", "dill", "joblib", "marshal", "pickle", "shelve", "yaml"}


def found(name: str) -> object:
    """The module, or the attribute of one, that a dotted name stands for."""
    words = name.split(".")
    for length in range(len(words), 0, -1):
        try:
            value: object = importlib.import_module(".".join(words[:length]))
        except ModuleNotFoundError:
            continue
        for word in words[length:]:
            value = getattr(value, word)
        return value
    raise ModuleNotFoundError(name)


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in (ROOT / "mcuaudit").rglob("*.py"):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.Module) -> Iterator[str]:
    """Each imported module, and each name taken from one, with all its parents."""
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            words = name.split(".")
            yield from (".".join(words[:length]) for length in range(1, len(words) + 1))


def test_the_document_names_the_code_that_keeps_each_promise() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("| **")]
    assert len(rows) >= 10
    assert all("`mcuaudit." in row.split("|")[3] for row in rows)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_the_document_exists(name: str) -> None:
    found(name)


def test_the_rules_and_limits_of_the_document_exist() -> None:
    assert set(re.findall(r"MCU\d{3}", TEXT)) <= set(registered_rules())
    assert all(f"`{limit}`" in TEXT or f"[limits] {limit}" in TEXT for limit in Limits.model_fields)


def test_no_module_imports_what_would_use_the_network_or_unpickle() -> None:
    found_imports = {(path.name, name) for path, tree in trees() for name in imports(tree)}
    # What a run exchanges with its own child is no file, and comes from no other process.
    own = {("limited_worker.py", "pickle")}
    # What `mcuaudit fetch` reads from devices; only tls.py makes a connection.
    fetched = {("answers.py", "http")}
    # YAML is read as nodes, of which no object is made.
    nodes = {("yaml_texts.py", "yaml")}
    assert {(file, name) for file, name in found_imports if name in NETWORK | UNPICKLES} == own | fetched | nodes
    used = {
        call
        for path, _ in trees()
        if path.name == "yaml_texts.py"
        for call in re.findall(r"\byaml\.(\w+)", path.read_text(encoding="utf-8"))
    }
    assert used == {"compose", "BaseLoader", "YAMLError"}
    assert {path.parent.name for path, _ in trees() if path.name in ("answers.py", "tls.py")} == {"fetch"}
    # Names of the machine; and a pair of sockets of a process and its own child, which have no address.
    names, pair = {"isolation.py", "locks.py"}, {"kernel_requests.py", "warm_parent.py", "warm_parents.py"}
    assert {file for file, name in found_imports if name == "socket"} == names | pair | {"tls.py"}
    pattern = re.compile(
        r"socket\.(?:socket\((?:fileno=)?|create\w+|from\w+)|\.(?:bind|connect|connect_ex|listen|sendto|sendmsg)\("
    )
    opened = {(path.name, call) for path, _ in trees() for call in pattern.findall(path.read_text(encoding="utf-8"))}
    assert opened == {("warm_parent.py", "socket.socket(fileno="), ("tls.py", "socket.create_connection")}


def test_no_module_executes_text() -> None:
    called = {
        (path.name, node.func.id)
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert {(file, name) for file, name in called if name in EXECUTES} == set()


def test_a_page_may_load_nothing() -> None:
    policy = dict(part.split(" ", 1) for part in content_security_policy("a{}", "b()").split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["img-src"] == "data:"
    assert all(policy[kind].startswith("'sha256-") for kind in ("style-src", "script-src"))
    assert not any("http" in source or "unsafe" in source for source in policy.values())


def test_no_address_is_invented() -> None:
    assert re.findall(r"\S+@\S+|https?://\S+", TEXT) == []
