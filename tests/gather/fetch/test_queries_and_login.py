"""Nothing but queries can be sent, and the name and password are shown by nothing."""

from __future__ import annotations

import ast
import os
import re
import xmlrpc.client
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit.errors import UsageError
from mcuaudit.gather.fetch.limits import NotRead
from mcuaudit.gather.fetch.login import Login, Logins
from mcuaudit.gather.fetch.queries import ALLOWED_METHODS, query_request, system_request
from mcuaudit.gather.fetch.records import DeviceRecord
from mcuaudit.gather.fetch.responses import NotSupportedError, RefusedError, blades_of, saved_response, sips_port
from mcuaudit.gather.fetch.summary import Run, lines_of
from tests.stand_in.answers import LICENCE_KEY, Facts, fault, query_answers, response, system_xml

FETCH = Path(mcuaudit.__file__).parent / "gather" / "fetch"
LOGIN = Login("auditor", 'planted-<&"ü>')


def calls_in(file: Path) -> set[str]:
    """The last names of all that a module calls."""
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    calls = [node.func for node in nodes if isinstance(node, ast.Call)]
    return {one.attr if isinstance(one, ast.Attribute) else ast.unparse(one) for one in calls}


def test_only_queries_can_be_sent() -> None:
    assert ALLOWED_METHODS
    assert all(re.fullmatch(r"[a-zA-Z.]+\.query", one) for one in ALLOWED_METHODS)
    for method in (
        "conference.create",
        "device.restart",
        "feedbackReceiver.configure",
        "services.modify",
        "",
        "system",
    ):
        with pytest.raises(ValueError, match="not one of the queries"):
            query_request(method, LOGIN, "10.1.2.3")
    for method in ALLOWED_METHODS:
        head, _, body = query_request(method, LOGIN, "10.1.2.3").partition(b"\r\n\r\n")
        (given,), called = xmlrpc.client.loads(body)
        assert (called, head.split()[:2]) == (method, [b"POST", b"/RPC2"])
        assert given == {"authenticationUser": LOGIN.name, "authenticationPassword": LOGIN.password}
        assert f"Content-Length: {len(body)}".encode() in head
    assert system_request("10.1.2.3").startswith(b"GET /system.xml ")


def test_what_is_sent_is_made_in_one_place() -> None:
    """One module makes connections, one sends, one makes what is sent, and none of the others can."""
    files = {file.name: calls_in(file) for file in FETCH.glob("*.py")}
    assert {name for name, calls in files.items() if "create_connection" in calls} == {"tls.py"}
    assert {name for name, calls in files.items() if calls & {"send", "sendall", "sendto", "request", "urlopen"}} == {
        "tls.py", "answers.py",
    }  # fmt: skip
    assert {name for name, calls in files.items() if "answer" in calls} == {"device.py"}
    text = (FETCH / "device.py").read_text(encoding="utf-8")
    assert set(re.findall(r"web\.answer\((\w+)", text)) == {"system_request", "query_request"}
    assert [name for name in files if "HTTP/1.1" in (FETCH / name).read_text(encoding="utf-8")] == ["queries.py"]


def test_a_text_about_several_devices_is_one_line() -> None:
    records = [DeviceRecord(f"leeds/mcu-{number}", kept=["api/system.xml"]) for number in range(1, 6)]
    records[0].failures["API"] = "no answer in time"
    lines = list(lines_of(Run(records, [], {"oslo/mcu-9": "the export has no address of it"}, [])))
    assert lines[6:] == [
        "Could not be read:",
        "  leeds/mcu-1: API: no answer in time",
        "  oslo/mcu-9: the export has no address of it",
        "",
        "To know:",
        "  leeds/mcu-1, leeds/mcu-2, leeds/mcu-3 and 2 more: kept: api/system.xml; --again replaces what is there",
    ]


def test_a_login_is_shown_by_nothing() -> None:
    assert "planted" not in f"{LOGIN!r} {LOGIN}"
    assert LOGIN.hidden_in(f"bad password {LOGIN.password}.") == "bad password [password]."
    assert LOGIN.is_in(["Cisco", f"<{LOGIN.password}>"])
    assert not Login("a", "ci").is_in(["cisco"])
    assert not Login("a", "").is_in([""])
    with pytest.raises(UsageError) as refused:
        Login("auditor", "planted\nline")
    assert "planted" not in str(refused.value)


def test_a_login_comes_from_the_environment_netrc_or_a_prompt(tmp_path: Path) -> None:
    asked: list[Login] = []

    def ask() -> Login:
        asked.append(Login("prompted", "x"))
        return asked[-1]

    both = {"MCUAUDIT_FETCH_USER": "u", "MCUAUDIT_FETCH_PASSWORD": "", "HOME": str(tmp_path)}
    assert Logins(both, None).of(["10.1.2.3"]) == Login("u", ""), "devices come with an empty password"
    for one in ("USER", "PASSWORD"):
        with pytest.raises(UsageError, match="set both, or neither"):
            Logins({f"MCUAUDIT_FETCH_{one}": "planted"}, None)
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 10.1.2.3 login n password p\n")
    netrc.chmod(0o600)
    logins = Logins({"HOME": str(tmp_path)}, ask)
    assert logins.of(["mcu-1", "10.1.2.3"]) == Login("n", "p")
    assert [logins.of([host]).name for host in ("10.1.2.4", "10.1.2.5")] == ["prompted"] * 2
    assert len(asked) == 1
    with pytest.raises(UsageError, match="--tls-only"):
        Logins({"HOME": str(tmp_path / "none")}, None).of(["10.1.2.4"])
    netrc.write_text("machine 10.1.2.3 login n planted secret\n")
    with pytest.raises(UsageError, match="not an entry of netrc") as refused:
        Logins({"NETRC": str(netrc)}, None)
    assert "planted" not in str(refused.value)
    if os.name == "posix":
        netrc.chmod(0o644)
        with pytest.raises(UsageError, match="chmod 600"):
            Logins({"NETRC": str(netrc)}, None)


def test_answers_are_saved_as_they_came_but_for_licence_keys() -> None:
    facts = Facts()
    for name, members in query_answers(facts).items():
        body = response(members)
        saved, found = saved_response(name, body)
        assert LICENCE_KEY.encode() not in saved
        assert (saved == body) == (name != "device.query")
        if name == "device.query":
            assert found["device.features"].startswith("Encryption")
    assert saved_response("system", system_xml(facts))[1]["device.serial"] == facts.serial
    services = query_answers(Facts(sips_port=5071))["services.query"]
    assert sips_port(response(services)) == 5071
    assert sips_port(response(query_answers(Facts(services={"sips_tcp": False}))["services.query"])) == 0
    assert sips_port(response({"ports": []})) is None
    assert blades_of(response({"blades": [{"slot": 3}, {"model": "MSE 8420", "ip": "10.1.2.3"}]})) == [
        ("3", "", ""), ("", "MSE 8420", "10.1.2.3"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (fault(14, "authorization failed"), RefusedError, "does not accept the name and password"),
        (fault(1, "no such method"), NotSupportedError, "does not have the call"),
        (fault(34, "oh\u202eno"), NotRead, "fault 34"),
        (response({"receivers": []}), NotRead, "expected the response of device.query, found that of feedback"),
        (response({"model": "MCU 4510"})[:-40], NotRead, "not XML"),
        (b"", NotRead, "an empty file"),
        (b"<methodCall/>", NotRead, "a saved request"),
        (b"<a>" * 10_000, NotRead, "not XML"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><methodResponse>&b;</methodResponse>', NotRead, "XML with entities"),
    ],
)
def test_what_is_not_the_response_is_refused(body: bytes, kind: type[NotRead], said: str) -> None:
    with pytest.raises(NotRead, match=re.escape(said)) as refused:
        saved_response("device.query", body)
    assert type(refused.value) is kind
