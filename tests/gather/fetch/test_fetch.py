"""`mcuaudit fetch` against stand-ins for devices, over real TLS on loopback."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import threading
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from OpenSSL import SSL

import mcuaudit
from mcuaudit import UsageError
from mcuaudit.command import main
from mcuaudit.gather.fetch.device import Ways
from mcuaudit.gather.fetch.fetching import fetch_devices
from mcuaudit.gather.fetch.limits import Limits
from mcuaudit.gather.fetch.login import Login
from mcuaudit.gather.fetch.queries import ALLOWED_METHODS, QUERIES
from mcuaudit.gather.fetch.targets import LOCAL_CERTIFICATE, Target
from tests.authority import Authority, Issued, rsa_key
from tests.command.conftest import Ran, Run
from tests.hints import hint_of
from tests.stand_in.answers import LICENCE_KEY, Facts
from tests.stand_in.device import PASSWORD, USER, Asks, Manner, Presenting, StandIn

ROOT = Authority.root("Fetch Root")
ISSUING = ROOT.intermediate("Fetch Issuing CA")
OTHER = Authority.root("Fetch Other Root")


def chain(name: str) -> tuple[Issued, ...]:
    return (ISSUING.leaf(f"{name}.example.com", san=[f"DNS:{name}.example.com"]), ISSUING)


@dataclass
class Fleet:
    """Stand-ins on addresses of their own and one port for all, and an export that has their addresses."""

    export: Path
    port: int
    devices: dict[str, StandIn] = field(default_factory=dict)

    def arguments(self, *more: object, password: str = PASSWORD) -> tuple[object, ...]:
        # Each run takes them out of the environment.
        os.environ.update(MCUAUDIT_FETCH_USER=USER, MCUAUDIT_FETCH_PASSWORD=password)
        return ("fetch", self.export, "--yes", "--https-port", self.port, *more)


def device_directory(export: Path, name: str, address: str, more: str = "") -> Path:
    home = export / "leeds" / name
    home.mkdir(parents=True)
    (home / "settings.toml").write_text(f'[device]\naddresses = ["{address}"]\n{more}', encoding="utf-8")
    return home


@contextlib.contextmanager
def fleet_of(export: Path, *stand_ins: tuple[str, StandIn]) -> Iterator[Fleet]:
    fleet = Fleet(export, 0)
    with contextlib.ExitStack() as running:
        for number, (name, stand_in) in enumerate(stand_ins, start=2):
            stand_in.address, stand_in.https_port = f"127.0.0.{number}", fleet.port
            running.enter_context(stand_in)
            fleet.port = stand_in.https_port
            # The device itself says where its port for SIP is.
            stand_in.facts = Facts(**{
                **{one: getattr(stand_in.facts, one) for one in stand_in.facts.__dataclass_fields__},
                "address": stand_in.address, "host_name": name, "sips_port": stand_in.sip_port,
            })  # fmt: skip
            fleet.devices[name] = stand_in
        yield fleet


@pytest.fixture(autouse=True)
def login(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("MCUAUDIT_FETCH_USER", "MCUAUDIT_FETCH_PASSWORD"):
        # What a test sets is taken away at its end.
        monkeypatch.setenv(name, "")
        os.environ.pop(name)
    monkeypatch.setenv("HOME", str(tmp_path / "no-home"))
    monkeypatch.delenv("NETRC", raising=False)


def octets_of(export: Path) -> bytes:
    """The content of every file of an export, and its name."""
    files = [file for file in sorted(export.rglob("*")) if file.is_file()]
    return b"\n".join(str(file).encode() + file.read_bytes() for file in files)


def shows_no_secret(export: Path, *printed: Ran) -> bool:
    whole = octets_of(export).decode() + "".join(one.out + one.err for one in printed)
    written = ["planted", LICENCE_KEY, "&lt;secret", PASSWORD]
    return not any(one in whole for one in written)


def as_told(printed: str) -> dict[str, str]:
    """What could not be read of each device, joined."""
    found: dict[str, str] = {}
    for line in printed.partition("Could not be read:")[2].partition("To know:")[0].splitlines():
        who, colon, what = line.strip().partition(": ")
        if not colon:
            continue
        found[who] = f"{found.get(who, '')}{what}\n"
    return found


GOOD = {
    "mcu-1": StandIn(Presenting(chain("mcu-1"), Asks.CERTIFICATE, (ROOT, OTHER)), Facts(serial="SM000011")),
    "mcu-2": StandIn(
        Presenting(chain("mcu-2")), Facts(api="2.8", software="4.3(2.18)", serial="SM000012"), closes=True
    ),
    "mcu-3": StandIn(
        Presenting(chain("mcu-3"), version=SSL.TLS1_3_VERSION),
        Facts(model="MCU 5310", serial="SM000013", receivers=()),
        sip=Presenting(chain("mcu-3-sip"), Asks.DEMANDS, (OTHER,)),
    ),
}
BAD = {
    "login-page": (Manner.LOGIN_PAGE, "expected XML, found a web page"),
    "redirect": (Manner.REDIRECT, "it redirects to https://sso.example.com (HTTP status 302), which is not followed"),
    "endless": (Manner.ENDLESS, "it sent more than 8 MiB"),
    "broken": (Manner.BROKEN, "the answer ends after 24 octets, 8976 more were announced"),
    "faults": (Manner.FAULTS, "it answered with fault 34: internal error"),
    "not-tls": (Manner.NOT_TLS, "what answers there does not speak TLS"),
    "garbled": (Manner.GARBLED, "a certificate that it presents cannot be parsed"),
}


def test_an_export_comes_from_twelve_stand_ins_by_queries_alone(tmp_path: Path, run: Run) -> None:
    export = tmp_path / "export"
    demanding = StandIn(Presenting(chain("demanding"), Asks.DEMANDS, (ROOT,)))
    # By TLS 1.3, a client hears of it after its handshake.
    later = StandIn(Presenting(chain("demanding-later"), Asks.DEMANDS, (ROOT,), version=SSL.TLS1_3_VERSION))
    stand_ins = {**GOOD, "demanding": demanding, "demanding-later": later} | {
        name: StandIn(Presenting(chain(name)), manner=manner) for name, (manner, _) in BAD.items()
    }
    said = 'ssl_certificates.client_certificate_security = "Not required"\n'
    with fleet_of(export, *stand_ins.items()) as fleet:
        for name, one in fleet.devices.items():
            device_directory(export, name, one.address, f"[ssl_certificates]\n{said.partition('.')[2]}")
        # Nothing listens at the address of the last one.
        device_directory(export, "absent", "127.0.0.99").joinpath("settings.toml").write_text(
            f'[device]\naddresses = []\nhost_names = ["{"a" * 64}.example.com", "127.0.0.99"]\n'
        )
        done = run(*fleet.arguments("--jobs", 6))
    called = {method for one in fleet.devices.values() for method in one.methods}
    assert called == set(QUERIES) <= ALLOWED_METHODS
    assert all(set(one.logins) <= {(USER, PASSWORD)} for one in fleet.devices.values())
    told = as_told(done.out)
    assert done.code == 3
    assert set(told) == {f"leeds/{name}" for name in (*BAD, "demanding", "demanding-later", "absent")}
    for name, (_, reason) in BAD.items():
        assert reason in told[f"leeds/{name}"], name
        assert not list((export / "leeds" / name).glob("api/*")) or name == "faults"
    for name in ("demanding", "demanding-later"):
        assert re.search("without a client certificate, which it (probably )?demands", told[f"leeds/{name}"])
    assert re.search("not a name that a name server can know.*: no connection", told["leeds/absent"])
    assert "leeds/mcu-1: its HTTPS port asks for a client certificate, and ssl_certificates" in done.out
    assert "leeds/mcu-3: its SIP TLS port presents another certificate than its HTTPS port" in done.out
    assert "3 devices read" in done.err
    # What did not answer the first query got no second request with the password.
    assert all(len(fleet.devices[name].methods) <= 1 for name in BAD)
    checked = run("check", export, "--at", "2026-06-15")
    assert shows_no_secret(export, done, checked)
    found = mcuaudit.read_export(export)
    assert found.problems.empty, found.problems.to_string()
    devices = found.devices.set_index("device")
    for name in (*GOOD, "demanding", "login-page", "endless"):
        assert devices.loc[name, "local_certificate"] == stand_ins[name].presenting.chain[0].record.sha256
        assert devices.loc[name, "local_chain"] == ISSUING.record.sha256
    assert devices.loc[["not-tls", "garbled", "absent"], "local_certificate"].isna().all()
    settings = found.settings[found.settings["source"].eq("read")].set_index(["device", "setting"])["value"]
    assert settings["mcu-3", "device.model"] == "MCU 5310"
    assert settings["mcu-2", "device.software_version"] == "4.3(2.18)"
    assert settings["mcu-2", "device.serial"] == "SM000012", "system.xml has what this version of the API lacks"
    assert settings["mcu-1", "services.sips_tcp"] == "true"
    assert settings["mcu-1", "feedback_receivers"] == "https://tms.example.com/RPC2"
    capture = json.loads((export / "leeds/mcu-1/tls-capture.json").read_text())["ports"]["HTTPS port"]
    assert capture["acceptable_ca_names"] == ["CN=Fetch Root,O=Example", "CN=Fetch Other Root,O=Example"]
    assert capture["acceptable_ca_names_mean"].startswith("Inferred")


def test_a_certificate_that_is_asked_for_after_the_handshake_is_seen(tmp_path: Path, run: Run) -> None:
    export = tmp_path / "export"
    stand_ins = (
        ("later", StandIn(Presenting(chain("later"), Asks.LATER, (ROOT,)))),
        ("demands", StandIn(Presenting(chain("demands"), Asks.DEMANDS_LATER, (ROOT,)))),
    )
    with fleet_of(export, *stand_ins) as fleet:
        for name, one in fleet.devices.items():
            device_directory(
                export, name, one.address, '[ssl_certificates]\nclient_certificate_security = "Not required"\n'
            )
        done = run(*fleet.arguments())
    for name in fleet.devices:
        capture = json.loads((export / f"leeds/{name}/tls-capture.json").read_text())["ports"]["HTTPS port"]
        assert capture["asks_for_client_certificate"], name
        assert capture["acceptable_ca_names"] == ["CN=Fetch Root,O=Example"], name
    assert "its HTTPS port asks for a client certificate, and ssl_certificates" in done.out
    assert (export / "leeds/later/api/device.query.xml").is_file()
    assert "without a client certificate, which it demands" in as_told(done.out)["leeds/demands"]


def test_what_does_not_answer_costs_its_time_limit(tmp_path: Path, run: Run) -> None:
    export = tmp_path / "export"
    slow = [(str(one), StandIn(Presenting(chain("slow")), manner=one)) for one in (Manner.SLOW, Manner.SILENT)]
    with fleet_of(export, *((f"mcu-{number}", one) for number, (_, one) in enumerate(slow))) as fleet:
        for name, one in fleet.devices.items():
            device_directory(export, name, one.address)
        done = run(*fleet.arguments("--timeout", 1))
    assert done.code == 3
    assert done.out.count("it took longer than its time limit, 1 s (--timeout)") >= 2
    assert not list(export.rglob("api"))
    assert "Traceback" not in done.err


def test_files_are_kept_and_another_certificate_gets_no_password(tmp_path: Path, run: Run) -> None:
    export = tmp_path / "export"
    with fleet_of(export, ("mcu-1", StandIn(Presenting(chain("mcu-1"))))) as fleet:
        home = device_directory(export, "mcu-1", "127.0.0.2")
        only = run(*fleet.arguments("--tls-only", "--sip-port", fleet.devices["mcu-1"].sip_port))
        assert (only.code, fleet.devices["mcu-1"].methods) == (0, [])
        first = run(*fleet.arguments("--format", "json"))
        before = octets_of(export)
        assert json.loads(first.out)["devices"][0]["certificate"]["subject"] == "CN=mcu-1.example.com,O=Example"
        run(*fleet.arguments("--site", "leeds", "--device", "leeds/mcu-1"))
        assert octets_of(export) == before
    renewed = chain("renewed")
    with fleet_of(export, ("mcu-1", StandIn(Presenting(renewed)))) as fleet:
        refused = run(*fleet.arguments())
        assert (refused.code, octets_of(export)) == (3, before)
        assert "no password was sent" in refused.out
        assert fleet.devices["mcu-1"].logins == []
        assert run(*fleet.arguments("--again")).code == 0
        assert (home / "local-certificate.pem").read_bytes() == renewed[0].pem + ISSUING.pem
        assert fleet.devices["mcu-1"].methods == list(QUERIES)
    # One that presents another certificate on its second connection gets no password on that one.
    turning = StandIn(Presenting(renewed), closes=True, later=Presenting(chain("turned")))
    with fleet_of(export, ("mcu-1", turning)) as fleet:
        turned = run(*fleet.arguments())
        assert "it presented another certificate on a second connection; nothing more was sent" in turned.out
        assert fleet.devices["mcu-1"].paths == ["/system.xml"]
        assert fleet.devices["mcu-1"].logins == []
    # A certificate under another name is the person's own file.
    (home / "local-certificate.pem").rename(home / "local-certificate.crt")
    with fleet_of(export, ("mcu-1", StandIn(Presenting(chain("mcu-1"))))) as fleet:
        assert (
            "put what it presents into leeds/mcu-1/local-certificate.crt yourself"
            in run(*fleet.arguments("--again")).out
        )
    assert not (home / "local-certificate.pem").exists()


def test_old_tls_works_if_it_is_asked_for(tmp_path: Path, run: Run) -> None:
    export = tmp_path / "export"
    rsa = (ISSUING.leaf("old.example.com", key=rsa_key()), ISSUING)
    old = Presenting(rsa, version=SSL.TLS1_VERSION, ciphers=b"AES128-SHA:@SECLEVEL=0")
    exchange = Presenting(rsa, ciphers=b"AES128-SHA256:@SECLEVEL=0")
    with fleet_of(export, ("mcu-1", StandIn(old)), ("mcu-2", StandIn(exchange))) as fleet:
        for name, one in fleet.devices.items():
            device_directory(export, name, one.address)
        refused = run(*fleet.arguments())
        assert refused.out.count("--legacy-tls accepts TLS 1.0") >= 2
        assert not list(export.rglob("*.pem"))
        done = run(*fleet.arguments("--legacy-tls"))
    assert (done.code, len(list(export.rglob("local-certificate.pem")))) == (0, 2)
    captured = json.loads((export / "leeds/mcu-1/tls-capture.json").read_text())
    assert captured["ports"]["HTTPS port"]["tls_version"] == "TLSv1"


def test_a_login_that_is_refused_is_tried_once(tmp_path: Path, run: Run) -> None:
    export = tmp_path / "export"
    with fleet_of(export, ("mcu-1", StandIn(Presenting(chain("mcu-1"))))) as fleet:
        device_directory(export, "mcu-1", "127.0.0.2")
        done = run(*fleet.arguments(password="planted-wrong-one"))
    assert fleet.devices["mcu-1"].methods == ["device.query"]
    assert "it does not accept the name and password (fault 14: authorization failed)" in done.out
    assert shows_no_secret(export, done)
    # Nothing that this command starts gets it.
    assert not [name for name in os.environ if name.startswith("MCUAUDIT_FETCH")]


def test_a_supervisor_names_the_blades_that_are_missing(tmp_path: Path, run: Run) -> None:
    export = tmp_path / "export"
    blades = ((1, "MSE 8510", "127.0.0.2"), (2, "MSE 8510", "10.9.0.7"))
    supervisor = StandIn(
        Presenting(chain("sup")), Facts(model="MSE 8050", api="3.0", software="2.3(1.46)", blades=blades)
    )
    with fleet_of(export, ("sup", supervisor)) as fleet:
        device_directory(export, "sup", "127.0.0.2")
        done = run(*fleet.arguments())
        again = run(*fleet.arguments("--format", "json", "--again"))
        assert again.out, again.err
        asked = json.loads(again.out)["blades_not_in_export"]
        # From Python: the addresses are confirmed one by one, or nothing is contacted.
        before, ports = len(fleet.devices["sup"].methods), {"https_port": fleet.port, "tls_only": True}
        with pytest.raises(UsageError, match=r"127\.0\.0\.2 would be contacted"):
            mcuaudit.fetch(export, addresses=["10.9.0.7"], **ports)
        captured = mcuaudit.fetch(export, addresses=["127.0.0.2"], again=True, **ports)
        assert len(fleet.devices["sup"].methods) == before
        by_api = mcuaudit.fetch(
            export, addresses="127.0.0.2", login=(USER, PASSWORD), again=True, https_port=fleet.port
        )
    assert [one["certificate"]["subject"] for one in captured["devices"]] == ["CN=sup.example.com,O=Example"]
    assert (
        by_api["blades_not_in_export"]
        == asked
        == [{"device_id": "leeds/sup", "slot": "2", "type": "MSE 8510", "address": "10.9.0.7"}]
    )
    with pytest.raises(UsageError, match="is an address"):
        mcuaudit.fetch("s3://exports", addresses=[])
    assert "chassis.blades.query" in fleet.devices["sup"].methods
    assert set(fleet.devices["sup"].methods) <= ALLOWED_METHODS
    assert "leeds/sup: slot 2: MSE 8510 at 10.9.0.7" in done.out


def test_chains_of_peers_are_captured_where_there_is_no_file(tmp_path: Path, run: Run) -> None:
    export = tmp_path / "export"
    vcs = StandIn(Presenting(chain("vcs")))
    with fleet_of(export, ("mcu-1", StandIn(Presenting(chain("mcu-1")))), ("vcs", vcs)) as fleet:
        home = device_directory(export, "mcu-1", "127.0.0.2")
        (home / "peers").mkdir()
        (home / "peers" / "kept.pem").write_bytes(OTHER.pem)
        at = f"127.0.0.3:{vcs.sip_port}"
        entry = '[[peer]]\nname = "{}"\nproduct = "Expressway"\nconnections = ["outgoing_sip"]\nidentifiers = ["{}"]\n'
        (home / "peers.toml").write_text(
            entry.format("vcs", at) + 'certificate = "peers/vcs.pem"\n' + entry.format("new one", at)
            + entry.format("kept", at) + 'certificate = "peers/kept.pem"\n'
            + entry.format("out", at) + 'certificate = "../../../out.pem"\n'
        )  # fmt: skip
        assert "peer vcs" not in run(*fleet.arguments()).out
        done = run(*fleet.arguments("--peers"))
    assert (home / "peers" / "vcs.pem").read_bytes() == vcs.presenting.chain[0].pem + ISSUING.pem
    assert (home / "peers" / "new-one.pem").exists()
    assert 'add to [[peer]] "new one" in leeds/mcu-1/peers.toml: certificate = "peers/new-one.pem"' in done.out
    assert (home / "peers" / "kept.pem").read_bytes() == OTHER.pem
    assert "peer out: leeds/mcu-1/peers.toml names no file within the export" in done.out
    assert not list(tmp_path.glob("out.pem")), "nothing is written outside the export"


def test_nothing_is_contacted_without_a_yes(
    tmp_path: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    export = tmp_path / "export"
    with fleet_of(export, ("mcu-1", StandIn(Presenting(chain("mcu-1"))))) as fleet:
        device_directory(export, "mcu-1", "127.0.0.2")
        alone = run(*(word for word in fleet.arguments() if word != "--yes"))
        assert (alone.code, "give --yes" in alone.err) == (2, True)
        for answer, code in (("n\n", 130), ("y\n", 0)):
            monkeypatch.setattr("sys.stdin", _Terminal(answer))
            done = run(*(word for word in fleet.arguments() if word != "--yes"))
            assert (done.code, "leeds/mcu-1: 127.0.0.2" in done.err) == (code, True)
    assert len(fleet.devices["mcu-1"].methods) == len(QUERIES), "the first answer was no"


def test_nothing_is_written_through_a_link_that_leads_out(tmp_path: Path, run: Run) -> None:
    export, outside = tmp_path / "export", tmp_path / "outside"
    outside.mkdir()
    (outside / "other.pem").write_bytes(OTHER.pem)
    with fleet_of(export, ("mcu-1", StandIn(Presenting(chain("mcu-1"))))) as fleet:
        home = device_directory(export, "mcu-1", "127.0.0.2")
        (home / "local-certificate.pem").symlink_to(outside / "other.pem")
        done = run(*fleet.arguments("--again"))
        assert done.code == 3, done.err
    assert (done.code, done.out.count("a link leads out of the directory")) == (3, 1)
    assert {file.name: file.read_bytes() for file in outside.iterdir()} == {"other.pem": OTHER.pem}


def test_an_error_of_the_program_shows_no_password(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    export = tmp_path / "export"
    monkeypatch.setattr("mcuaudit.gather.fetch.device.saved_response", lambda *_: 1 / 0)
    with fleet_of(export, ("mcu-1", StandIn(Presenting(chain("mcu-1"))))) as fleet:
        device_directory(export, "mcu-1", "127.0.0.2")
        done = run(*fleet.arguments())
        assert (done.code, "internal error: ZeroDivisionError" in done.out) == (4, True)
        assert (export / "leeds/mcu-1/local-certificate.pem").exists(), "what was read before is there"
        monkeypatch.setenv("MCUAUDIT_TRACEBACK", "1")
        monkeypatch.setattr("sys.argv", ["mcuaudit", *map(str, fleet.arguments())])
        with pytest.raises(ZeroDivisionError) as raised:
            main()
    shown = "".join(traceback.format_exception(raised.value))
    assert shows_no_secret(export, done, Ran(0, shown, capsys.readouterr().err))
    options = re.findall(r"--[a-z-]+", run("fetch", "--help").out)
    assert "--tls-only" in options
    assert not [one for one in options if "pass" in one or "user" in one], "the list of processes has arguments"


def test_a_run_that_is_ended_does_not_wait_for_its_devices(tmp_path: Path) -> None:
    silent = StandIn(Presenting(chain("silent")), manner=Manner.SILENT)
    with fleet_of(tmp_path, ("mcu-1", StandIn(Presenting(chain("mcu-1")))), ("mcu-2", silent)) as fleet:
        homes = {name: device_directory(tmp_path, name, one.address) for name, one in fleet.devices.items()}
        targets = [
            Target(f"leeds/{name}", (one.address,), homes[name], LOCAL_CERTIFICATE, (), {})
            for name, one in fleet.devices.items()
        ]

        def end(stage: str, done: int, total: int) -> None:
            raise KeyboardInterrupt

        ways = Ways(fleet.port, limits=Limits(read=3600, whole=3600))
        with pytest.raises(KeyboardInterrupt):
            fetch_devices(targets, lambda _: Login(USER, PASSWORD), ways, jobs=2, progress=end)
        # It would be there for an hour.
        for thread in threading.enumerate():
            if thread.name.startswith("ThreadPoolExecutor"):
                thread.join(60)
                assert not thread.is_alive()
    assert (tmp_path / "leeds/mcu-1/local-certificate.pem").exists()
    assert [file.name for file in (tmp_path / "leeds/mcu-2").iterdir()] == ["settings.toml"]


def test_a_hint_for_a_device_or_site_leads_on(tmp_path: Path, run: Run) -> None:
    export = tmp_path / "export"
    with fleet_of(export, ("mcu-1", StandIn(Presenting(chain("mcu-1"))))) as fleet:
        device_directory(export, "mcu-1", "127.0.0.2")
        for option, word in (("--device", "leeds/mcu-2"), ("--site", "leds")):
            refused = run(*fleet.arguments(option, word))
            assert (refused.code, fleet.devices["mcu-1"].methods) == (2, [])
            only = run(*fleet.arguments("--tls-only", option, hint_of(refused.err)))
            assert "leeds/mcu-1 (127.0.0.2)" in only.out


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True
