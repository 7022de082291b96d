"""The child that runs calls within limits: what it returns, and what ends it."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time

import pytest

from mcuaudit.system import limited_worker
from mcuaudit.system.isolation import without_network
from mcuaudit.system.limited_worker import IN_FORCE, LimitedWorker, Overrun
from tests.system import calls

MIB = 1 << 20


def worker(seconds: int = 10, *, waiting: int = 10) -> LimitedWorker:
    return LimitedWorker(seconds, 64 * MIB, calls.pid, waiting=waiting)


def test_calls_are_run_in_one_child() -> None:
    with worker() as child:
        first, second = child.call(calls.pid), child.call(calls.pid)
    assert first == second != os.getpid()
    assert isinstance(first, int)


def test_what_a_function_prints_is_no_result() -> None:
    with worker() as child:
        assert child.call(calls.say) == "a result"


def test_an_exception_is_raised_here() -> None:
    with worker() as child, pytest.raises(RuntimeError, match="LookupError: as the function says"):
        child.call(calls.fail)


@pytest.mark.skipif(not IN_FORCE, reason="the system has no such limits")
def test_a_call_over_a_limit_costs_itself_only() -> None:
    with worker(1) as child:
        assert child.call(calls.burn) is Overrun.TIME
        assert child.call(calls.take, 256 * MIB) is Overrun.MEMORY
        assert child.call(calls.end) is Overrun.ENDED
        assert child.call(calls.take, 16 * MIB) == 16 * MIB


def test_a_call_that_waits_ends_by_the_clock() -> None:
    with worker(1, waiting=1) as child:
        assert child.call(time.sleep, 60) is Overrun.TIME


def test_nothing_is_left_when_it_ends() -> None:
    with worker() as child:
        number = child.call(calls.pid)
    assert isinstance(number, int)
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


@pytest.mark.skipif(not without_network(), reason="the system does not take the network away")
def test_it_has_no_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert calls.connect(port) == "connected"
        with worker() as child:
            assert child.call(calls.connect, port) != "connected"


def test_what_cannot_be_sent_back_is_an_error() -> None:
    with worker() as child, pytest.raises(RuntimeError, match=r"pickle|Can't"):
        child.call(calls.local)


def test_a_child_that_ended_between_two_calls_is_no_reason() -> None:
    with worker() as child:
        number = child.call(calls.pid)
        assert isinstance(number, int)
        os.kill(number, signal.SIGKILL)
        assert child.call(calls.take, 10) == 10


def test_where_no_child_starts_the_call_runs_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/true")
    with worker() as child:
        assert child.call(calls.pid) == os.getpid()
    monkeypatch.setattr(sys, "executable", "/there/is/none")
    with worker() as child:
        assert child.call(calls.pid) == os.getpid()


def test_where_isolation_fails_the_child_starts_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited_worker, "without_network", lambda: ("/bin/false",))
    with worker() as child:
        number = child.call(calls.pid)
    assert isinstance(number, int)
    assert number != os.getpid()


@pytest.mark.skipif(not IN_FORCE, reason="the system has no such limits")
def test_time_between_calls_is_not_that_of_the_next() -> None:
    with worker(1) as child:
        for _ in range(2):
            assert child.call(calls.burn_for, 0.7) is None


@pytest.mark.skipif(not IN_FORCE, reason="the system has no such limits")
def test_between_two_calls_there_is_no_limit_that_ends_the_child() -> None:
    """Linux counts in nanoseconds: a limit of 2**62 seconds ended a child at the next tick of the clock."""
    with worker() as child:
        soft, hard = child.call(calls.limit_between_calls)
        assert soft == hard
        pids = {child.call(calls.pid) for _ in range(600)}
    assert len(pids) == 1
