"""Files of an export: each is read by its kind, and what is wrong with one never stops the others."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mcuaudit.collect.artefact import Artefact, Kind
from mcuaudit.decode import file as file_module
from mcuaudit.decode.batch import decode_files
from mcuaudit.decode.bundle import SECRET_REASON
from mcuaudit.decode.known_xml import BACKUP
from mcuaudit.decode.records import Bundle, DecodedFile, DecodedPeers, DecodedSettings, DecodedSite, Problem
from mcuaudit.decode.tlv import SEQUENCE, encoded
from mcuaudit.policy.schema import Limits
from tests.authority import Authority

ROOT = Authority.root("Root")
KEY = b"-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n"
SETTINGS = b'[device]\nserial = "SM1"'
DEVICE_QUERY = b"""<methodResponse><params><param><value><struct><member><name>serial</name><value>SM1</value></member>
<member><name>model</name><value>MCU 4510</value></member><member><name>softwareVersion</name><value>4.4(3.57)</value>
</member></struct></value></param></params></methodResponse>"""


def artefact(directory: Path, name: str, data: bytes | None, kind: Kind, remark: str = "") -> Artefact:
    path = directory / name
    if data is not None:
        path.write_bytes(data)
    size = len(data or b"")
    return Artefact(path, name, kind, "leeds", "mcu-1", size, datetime(2026, 1, 1, tzinfo=UTC), remark)


def decoded(directory: Path, name: str, data: bytes | None, kind: Kind, **limits: Any) -> DecodedFile:
    (found,) = decode_files([artefact(directory, name, data, kind)], Limits(**limits))
    return found


@pytest.mark.parametrize(
    ("kind", "name", "data", "content"),
    [
        (Kind.SITE, "site.toml", b'title = "Leeds"', DecodedSite),
        (Kind.SETTINGS, "settings.toml", SETTINGS, DecodedSettings),
        (Kind.SETTINGS_TABLE, "settings.csv", b"device,device.serial\nmcu-1,SM1\n", DecodedSettings),
        (Kind.PEERS, "peers.toml", b'[[peer]]\nname = "room"', DecodedPeers),
        (Kind.RESPONSE, "device.query.xml", DEVICE_QUERY, DecodedSettings),
        (Kind.LOCAL_CERTIFICATE, "local-certificate.pem", ROOT.pem, Bundle),
        (Kind.SIP_TRUST_STORE, "sip-trust-store.pem", ROOT.der, Bundle),
        (Kind.PEER_FILE, "room.pem", ROOT.pem, Bundle),
    ],
)
def test_a_file_is_read_by_its_kind(tmp_path: Path, kind: Kind, name: str, data: bytes, content: type) -> None:
    found = decoded(tmp_path, name, data, kind)
    assert isinstance(found.content, content)
    assert found.problems == ()
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert (found.artefact.name, found.artefact.kind) == (name, kind)


def test_a_response_is_read_by_its_name_though_another_has_the_same_content(tmp_path: Path) -> None:
    files = [
        artefact(tmp_path, f"{name}.xml", DEVICE_QUERY, Kind.RESPONSE) for name in ("device.query", "services.query")
    ]
    settings = [
        [value.setting for part in found.content.parts for value in part.values]
        for found in decode_files(files, Limits())
        if isinstance(found.content, DecodedSettings)
    ]
    known = ["serial", "model", "softwareVersion"]
    assert settings == [
        ["device.model", "device.serial", "device.software_version"],
        [f"api.services.query.{name}" for name in known],
    ]


@pytest.mark.parametrize("name", ["Device.Query.XML", "DEVICE.QUERY.xml"])
def test_the_name_of_a_response_is_known_in_any_case(tmp_path: Path, name: str) -> None:
    found = decoded(tmp_path, name, DEVICE_QUERY, Kind.RESPONSE)
    assert isinstance(found.content, DecodedSettings)
    assert found.content.parts[0].values[1].setting == "device.serial"


def test_a_response_of_another_name_is_kept_under_that_name(tmp_path: Path) -> None:
    found = decoded(tmp_path, "other.query.xml", DEVICE_QUERY, Kind.RESPONSE)
    assert isinstance(found.content, DecodedSettings)
    assert found.content.parts[0].values[0].setting == "api.other.query.serial"


def test_a_response_under_any_other_name_is_kept_under_it(tmp_path: Path) -> None:
    found = decoded(tmp_path, "a", DEVICE_QUERY, Kind.RESPONSE)
    assert isinstance(found.content, DecodedSettings)
    assert found.content.parts[0].values[0].setting == "api.a.serial"


def test_the_same_content_as_two_kinds_is_read_twice(tmp_path: Path) -> None:
    files = [artefact(tmp_path, "a", SETTINGS, Kind.SETTINGS), artefact(tmp_path, "b", SETTINGS, Kind.OCSP_RESPONSE)]
    first, second = decode_files(files, Limits())
    assert isinstance(first.content, DecodedSettings)
    assert second.content is None
    assert second.problems[0].reason.startswith("expected an OCSP response in DER, found something else; save a")


def test_equal_contents_are_decoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[bytes] = []
    original = file_module.decode_bundle
    monkeypatch.setattr(
        file_module, "decode_bundle", lambda data, most, **more: (calls.append(data), original(data, most, **more))[1]
    )
    files = [artefact(tmp_path, f"{number}.pem", ROOT.pem, Kind.SIP_TRUST_STORE) for number in range(5)]
    found = decode_files(files, Limits())
    assert len(calls) == 1
    assert [one.artefact.name for one in found] == [f"{number}.pem" for number in range(5)]


def test_problems_within_a_file_are_those_of_its_content(tmp_path: Path) -> None:
    found = decoded(tmp_path, "a.pem", KEY + ROOT.pem, Kind.SIP_TRUST_STORE)
    assert isinstance(found.content, Bundle)
    assert [(problem.kind, problem.where) for problem in found.problems] == [("secret", "PEM block 1, line 1")]


def test_a_file_that_cannot_be_decoded_has_no_content_and_a_place(tmp_path: Path) -> None:
    found = decoded(tmp_path, "settings.toml", '[device]\nmodel = "\u00fc"'.encode("cp1252"), Kind.SETTINGS)
    assert found.content is None
    assert [(problem.kind, problem.where) for problem in found.problems] == [("unreadable", "line 2")]
    assert found.sha256


@pytest.mark.parametrize(
    "error", [ValueError, TypeError, AttributeError, KeyError, OSError, OverflowError, RecursionError]
)
def test_a_file_that_no_check_foresaw_is_left_out_with_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fails(data: bytes) -> None:
        raise error("x" * 300)

    monkeypatch.setattr(file_module, "decode_peers", fails)
    found = decoded(tmp_path, "peers.toml", b"", Kind.PEERS)
    (problem,) = found.problems
    assert (found.content, problem.kind, problem.where) == (None, "unreadable", "")
    assert ("nested too deeply" if error is RecursionError else "a value that cannot be read") in problem.reason
    assert "Error" not in problem.reason
    assert "xxx" not in problem.reason


def test_a_file_as_large_as_the_policy_allows_is_read_and_no_larger_one(tmp_path: Path) -> None:
    data = SETTINGS.ljust(2000)
    assert decoded(tmp_path, "a.toml", data, Kind.SETTINGS, file_bytes=2000).content is not None
    found = decoded(tmp_path, "a.toml", data, Kind.SETTINGS, file_bytes=1999)
    (problem,) = found.problems
    assert (found.content, found.sha256, problem.kind, problem.where) == (None, "", "unreadable", "")
    assert "[limits] file_bytes" in problem.reason


def test_the_limit_on_certificates_is_the_policys(tmp_path: Path) -> None:
    two = ROOT.pem + Authority.root("Other").pem
    found = decoded(tmp_path, "a.pem", two, Kind.SIP_TRUST_STORE, certificates_per_file=1)
    assert isinstance(found.content, Bundle)
    assert (len(found.content.certificates), len(found.problems)) == (1, 1)


def test_a_file_that_is_gone_is_a_problem_with_the_systems_reason(tmp_path: Path) -> None:
    found = decoded(tmp_path, "a.pem", None, Kind.SIP_TRUST_STORE)
    (problem,) = found.problems
    assert (found.content, found.sha256) == (None, "")
    assert (problem.kind, problem.where, problem.reason) == (
        "unreadable",
        "",
        "the file cannot be read (No such file or directory); give the account that runs mcuaudit the right to read it",
    )


def test_a_policy_is_digested_and_not_decoded(tmp_path: Path) -> None:
    found = decoded(tmp_path, "mcuaudit.toml", b"not toml", Kind.POLICY)
    assert (found.content, found.problems) == (None, ())
    assert found.sha256 == hashlib.sha256(b"not toml").hexdigest()


def test_a_backup_is_a_secret_that_is_never_read_for_values(tmp_path: Path) -> None:
    found = decoded(tmp_path, "configuration.xml", b"<configuration password='x'/>", Kind.BACKUP)
    assert found.content is None
    assert [(problem.kind, problem.where) for problem in found.problems] == [("secret", "")]


@pytest.mark.parametrize("kind", [Kind.UNRECOGNISED, Kind.RESPONSE, Kind.SETTINGS])
def test_a_backup_is_known_by_its_root_under_any_name(tmp_path: Path, kind: Kind) -> None:
    found = decoded(tmp_path, "MCU_2026-01-01.xml", b"<?xml version='1.0'?><configuration/>", kind)
    assert found.content is None
    assert [(problem.kind, "a backup" in problem.reason) for problem in found.problems] == [("secret", True)]


def test_an_audit_log_that_the_device_wrote_is_no_problem(tmp_path: Path) -> None:
    assert decoded(tmp_path, "audit_log.xml", b"<audit_log/>", Kind.UNRECOGNISED).problems == ()


def test_an_unrecognised_file_is_named_with_its_remark_and_not_digested(tmp_path: Path) -> None:
    (found,) = decode_files([artefact(tmp_path, "notes.txt", b"x", Kind.UNRECOGNISED, "Did you mean it?")], Limits())
    (problem,) = found.problems
    assert (found.content, found.sha256, problem.kind, problem.where) == (None, "", "unrecognised", "")
    assert problem.reason.endswith("Did you mean it?")


def test_an_unrecognised_file_without_a_remark_is_named_shortly(tmp_path: Path) -> None:
    found = decoded(tmp_path, "notes.txt", b"x", Kind.UNRECOGNISED)
    assert found.problems[0].reason.startswith("unrecognised file. Rename or remove it, or add it to [export] ignore")


def test_a_private_key_in_a_file_that_nothing_recognises_is_a_secret(tmp_path: Path) -> None:
    found = decoded(tmp_path, "old.key", b"x\n" + KEY, Kind.UNRECOGNISED)
    assert [(one.kind, one.where, one.reason) for one in found.problems] == [("secret", "line 2", SECRET_REASON)]


def test_an_unrecognised_file_is_not_opened_where_that_could_harm(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(KEY)
    (tmp_path / "link").symlink_to(target)
    os.mkfifo(tmp_path / "pipe")
    kinds = {
        name: decoded(tmp_path, name, None, Kind.UNRECOGNISED).problems[0].kind for name in ("link", "pipe", "none")
    }
    assert set(kinds.values()) == {"unrecognised"}
    large = decoded(tmp_path, "large.key", KEY.ljust(2000), Kind.UNRECOGNISED, file_bytes=1999)
    exact = decoded(tmp_path, "exact.key", KEY.ljust(2000), Kind.UNRECOGNISED, file_bytes=2000)
    assert [large.problems[-1].kind, exact.problems[0].kind] == ["secret", "secret"]


@pytest.mark.parametrize(
    ("name", "kind", "advice"),
    [
        ("settings.csv.gz", Kind.SETTINGS_TABLE, "CSV, in settings.csv"),
        ("settings.toml.gz", Kind.SETTINGS, "text, in settings.toml"),
        ("peers.gz", Kind.PEERS, "text, in peers.toml"),
        ("sip-trust-store.gz", Kind.SIP_TRUST_STORE, "PEM, in sip-trust-store.pem"),
    ],
)
def test_a_file_that_has_to_be_unpacked_says_what_it_should_become(
    tmp_path: Path, name: str, kind: Kind, advice: str
) -> None:
    claimed = replace(
        artefact(tmp_path, name, b"\x1f\x8b\x08".ljust(1025, b"."), Kind.UNRECOGNISED), claims=((kind, ""),)
    )
    ((problem,),) = (found.problems for found in decode_files([claimed], Limits()))
    assert problem.reason == f"this is a gzip archive, which is not read. Save its content as {advice}"
    exact, less = (decode_files([claimed], Limits(file_bytes=most))[0].problems[0].reason for most in (1025, 1024))
    assert exact == problem.reason
    assert less.startswith("unrecognised file")


@pytest.mark.parametrize("with_executor", [False, True])
def test_many_files_come_in_order_with_progress(tmp_path: Path, with_executor: bool) -> None:
    files = [artefact(tmp_path, f"{number:03}.toml", SETTINGS, Kind.SETTINGS) for number in range(450)]
    progress: list[int] = []
    with ThreadPoolExecutor(1) as pool:
        found = decode_files(files, Limits(), executor=pool if with_executor else None, progress=progress.append)
    assert [one.artefact for one in found] == files
    assert progress == [200, 400, 450]


@pytest.mark.parametrize(
    ("data", "response"),
    [(DEVICE_QUERY, "device.query"), (b"<system><model>MCU 4510</model></system>", "system"), (b"<system/>", ""),
     (b"<methodResponse/>", ""), (b"<a/>", ""), (b"text", "")],
)  # fmt: skip
def test_an_unrecognised_file_that_holds_a_response_claims_it(tmp_path: Path, data: bytes, response: str) -> None:
    unknown = replace(artefact(tmp_path, "notes.txt", data, Kind.UNRECOGNISED), site="leeds", device="mcu-1")
    (found,) = decode_files([unknown], Limits())
    assert found.artefact.claims == (((Kind.RESPONSE, response),) if response else ())
    assert (f"move it to leeds/mcu-1/api/{response}.xml" in found.problems[0].reason) == bool(response)
    (outside,) = decode_files([replace(unknown, device="")], Limits())
    assert outside.artefact.claims == ()


NOT_RECOGNISED = "unrecognised file. Rename or remove it, or add it to [export] ignore in mcuaudit.toml"
NO_LIST = "expected a certificate revocation list (CRL) in PEM or DER, and the file has none that can be read"
LIST_ALONE = "expected certificates, found a certificate revocation list (CRL) alone"
LIST = encoded(SEQUENCE, encoded(SEQUENCE, b"\x02\x01\1\x30\0\x30\0\x17\0\x17\0") + b"\x30\0\x03\1\0")
NOT_UTF8 = "expected UTF-8, found \u00ff in cp1252, which Windows editors call ANSI; save the file as UTF-8"
PKCS12 = encoded(SEQUENCE, b"\x02\x01\x03\x30\0\x30\0")
FOLLOWING = Problem("unreadable", "certificate 2", "2 bytes follow that are not a certificate")
NO_RESPONSE = Problem(
    "unreadable",
    "",
    "expected an OCSP response in DER, found PEM; save a current response, for example with openssl ocsp -respout",
)
SECRET = Problem("secret", "line 1", SECRET_REASON)
SECRET_BLOCK = Problem("secret", "PEM block 1, line 1", SECRET_REASON)
MOVE = "unrecognised file. It holds the response of device.query; move it to leeds/mcu-1/api/device.query.xml"


def unrecognised(directory: Path, data: bytes | None, *, most: int = 100_000, **changes: Any) -> DecodedFile:
    found = replace(artefact(directory, "a", data, Kind.UNRECOGNISED), **changes)
    return decode_files([found], Limits(file_bytes=most))[0]


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        (b"text", (Problem("unrecognised", "", NOT_RECOGNISED),)),
        (KEY, (SECRET,)),
        (b"<configuration/>", (Problem("secret", "", BACKUP),)),
        (b"<audit_log/>", ()),
    ],
)
def test_an_unrecognised_file_is_not_read_and_said_with_one_problem_at_most(
    tmp_path: Path, data: bytes, problems: tuple[Problem, ...]
) -> None:
    found = unrecognised(tmp_path, data, device="")
    assert found == DecodedFile(found.artefact, "", None, problems)


def test_a_response_under_another_name_is_said_with_the_place_it_belongs_to(tmp_path: Path) -> None:
    found = unrecognised(tmp_path, DEVICE_QUERY)
    assert found.problems == (Problem("unrecognised", "", MOVE),)
    assert (found.content, found.sha256, found.artefact.claims) == (None, "", ((Kind.RESPONSE, "device.query"),))
    assert unrecognised(tmp_path, DEVICE_QUERY, remark="Did you mean it?").problems == found.problems


def test_a_file_that_claims_to_be_another_is_not_looked_at_for_a_response(tmp_path: Path) -> None:
    found = unrecognised(tmp_path, DEVICE_QUERY, claims=((Kind.SETTINGS, ""),))
    assert found.problems == (Problem("unrecognised", "", NOT_RECOGNISED),)


CONTENTS = {
    "a response": (DEVICE_QUERY, (), MOVE),
    "a backup": (b"<configuration/>", (), BACKUP),
    "an archive": (
        b"\x1f\x8b\x08",
        ((Kind.SETTINGS, ""),),
        "this is a gzip archive, which is not read. Save its content as text, in settings.toml",
    ),
}


@pytest.mark.parametrize(("data", "claims", "reason"), CONTENTS.values(), ids=CONTENTS)
def test_an_unrecognised_file_is_looked_into_up_to_the_limit_of_the_policy(
    tmp_path: Path, data: bytes, claims: tuple[tuple[Kind, str], ...], reason: str
) -> None:
    data = data.ljust(2000)
    found = [unrecognised(tmp_path, data, claims=claims, most=most).problems[0].reason for most in (2000, 1999)]
    assert found == [reason, NOT_RECOGNISED]


@pytest.mark.parametrize(("data", "claims", "reason"), CONTENTS.values(), ids=CONTENTS)
def test_an_unrecognised_file_is_not_looked_into_where_that_could_harm_or_fail(
    tmp_path: Path,
    data: bytes,
    claims: tuple[tuple[Kind, str], ...],
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "target").write_bytes(data)
    (tmp_path / "link").symlink_to(tmp_path / "target")
    (tmp_path / "directory").mkdir()
    for name in ("link", "directory", "none"):
        found = unrecognised(tmp_path, None, path=tmp_path / name, claims=claims)
        assert found.problems == (Problem("unrecognised", "", NOT_RECOGNISED),)
    assert unrecognised(tmp_path, data, claims=claims).problems[0].reason == reason

    def fails(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", fails)
    found = unrecognised(tmp_path, data, claims=claims)
    assert found.problems[0] == Problem("unrecognised", "", NOT_RECOGNISED)
    assert [problem.reason.partition(";")[0] for problem in found.problems[1:]] == [
        "the file cannot be read (Permission denied)"
    ]


@pytest.mark.parametrize(("error", "why"), [(OSError(5, "I/O error"), "I/O error"),
                                            (OSError(), "the system gives no reason")])  # fmt: skip
def test_a_file_that_the_system_does_not_give_is_a_problem_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, why: str
) -> None:
    def fails(_: Path) -> bytes:
        raise error

    monkeypatch.setattr(Path, "read_bytes", fails)
    found = decoded(tmp_path, "a.pem", b"x", Kind.SIP_TRUST_STORE)
    reason = f"the file cannot be read ({why}); give the account that runs mcuaudit the right to read it"
    assert found == DecodedFile(found.artefact, "", None, (Problem("unreadable", "", reason),), is_unread=True)


def test_a_file_above_the_limit_is_named_with_its_size_and_the_key_of_the_policy(tmp_path: Path) -> None:
    found = decoded(tmp_path, "a.toml", b" " * 2000, Kind.SETTINGS, file_bytes=1999)
    reason = "2000 bytes; the limit of the policy is 1999 ([limits] file_bytes)"
    assert found == DecodedFile(found.artefact, "", None, (Problem("unreadable", "", reason),), is_unread=True)


@pytest.mark.parametrize(
    ("data", "claims", "reason"),
    [
        (b"\xfe\xed\xfe\xed", [Kind.LOCAL_CERTIFICATE],
         "a Java keystore (JKS), which is not read. Save its content as PEM, in local-certificate.pem"),
        (PKCS12, [Kind.HTTPS_TRUST_STORE],
         "PKCS#12, which is not read. Save its content as PEM, in https-trust-store.pem"),
        (b"PK\x03\x04xl/", [Kind.SETTINGS_TABLE],
         "an Excel workbook, which is not read. Save its content as CSV, in settings.csv"),
        (b"%PDF", [Kind.OCSP_RESPONSE, Kind.PEERS],
         "a PDF document, which is not read. Save its content as text, in peers.toml"),
    ],
)  # fmt: skip
def test_a_container_says_what_it_should_become(tmp_path: Path, data: bytes, claims: list[Kind], reason: str) -> None:
    found = unrecognised(tmp_path, data, claims=tuple((kind, "") for kind in claims), remark="Did you mean it?")
    assert found.problems == (Problem("unrecognised", "", f"this is {reason}"),)


@pytest.mark.parametrize("claims", [(), ((Kind.OCSP_RESPONSE, ""),)])
def test_a_container_for_no_known_purpose_is_unrecognised(tmp_path: Path, claims: tuple[tuple[Kind, str], ...]) -> None:
    assert unrecognised(tmp_path, b"%PDF", claims=claims).problems == (Problem("unrecognised", "", NOT_RECOGNISED),)


@pytest.mark.parametrize(
    ("kind", "data", "problems"),
    [
        (Kind.SETTINGS, SETTINGS + b"\n# " + KEY.replace(b"\n", b" "), (replace(SECRET, where="line 3"),)),
        (Kind.SETTINGS, b"\xff" + KEY, (Problem("unreadable", "line 1", NOT_UTF8), SECRET)),
        (Kind.OCSP_RESPONSE, KEY, (NO_RESPONSE, SECRET)),
        (Kind.LOCAL_CERTIFICATE, KEY + ROOT.pem, (SECRET_BLOCK,)),
        (Kind.SIP_TRUST_STORE, KEY + ROOT.pem, (SECRET_BLOCK,)),
        (Kind.PEER_FILE, KEY + ROOT.pem, (SECRET_BLOCK,)),
        (Kind.BACKUP, KEY, (Problem("secret", "", BACKUP), Problem("secret", "line 1", SECRET_REASON))),
        (Kind.SETTINGS, b"<configuration/>", (Problem("secret", "", BACKUP),)),
        (Kind.REVOCATION_LIST, LIST, ()),
        (Kind.REVOCATION_LIST, LIST + ROOT.der, ()),
        (Kind.REVOCATION_LIST, ROOT.pem, (Problem("unreadable", "", NO_LIST),)),
        (Kind.REVOCATION_LIST, b"text", (Problem("unreadable", "", NO_LIST),)),
        (Kind.REVOCATION_LIST, KEY, (SECRET_BLOCK, Problem("unreadable", "", NO_LIST))),
        (Kind.LOCAL_CERTIFICATE, LIST, (Problem("unreadable", "", LIST_ALONE),)),
        (Kind.SIP_TRUST_STORE, LIST + ROOT.der, ()),
        (Kind.SIP_TRUST_STORE, b"# empty\n", ()),
        (Kind.SIP_TRUST_STORE, LIST + b"xx", (FOLLOWING,)),
        (Kind.REVOCATION_LIST, LIST + b"xx", (FOLLOWING,)),
        (Kind.PEER_FILE, LIST, ()),
        (Kind.PEER_FILE, ROOT.pem, ()),
    ],
)
def test_the_problems_of_a_file_are_those_of_its_kind(
    tmp_path: Path, kind: Kind, data: bytes, problems: tuple[Problem, ...]
) -> None:
    assert decoded(tmp_path, "a", data, kind).problems == problems


def test_values_that_are_nested_too_deeply_and_those_that_no_check_foresaw_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for error, reason in (
        (RecursionError(), "values are nested too deeply; correct the file, or save it again"),
        (
            ValueError(),
            "the file has a value that cannot be read, such as a number of too many digits; correct the file",
        ),
    ):

        def fails(_: bytes, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(file_module, "decode_peers", fails)
        found = decoded(tmp_path, "peers.toml", b"# " + KEY.replace(b"\n", b" "), Kind.PEERS)
        assert (found.content, found.problems) == (None, (Problem("unreadable", "", reason), SECRET))


def test_a_response_with_a_secret_member_is_reported_for_its_urls_too(tmp_path: Path) -> None:
    members = "".join(
        f"<member><name>{name}</name><value>{value}</value></member>"
        for name, value in (("password", "hunter22"), ("receiver", "https://ann:s3cret1@host.example.com/"))
    )
    value = f"<params><param><value><struct>\n{members}</struct></value></param></params>"
    data = f"<methodResponse>\n{value}</methodResponse>"
    found = decoded(tmp_path, "other.query.xml", data.encode(), Kind.RESPONSE)
    reasons = [one.reason for one in found.problems if one.kind == "secret"]
    assert len(reasons) == 2
    assert "the user information of a URL" in reasons[1]
    assert not any(secret in reason for reason in reasons for secret in ("hunter22", "s3cret1"))
