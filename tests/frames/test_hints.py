"""Every "Did you mean" about an export is followed literally, and leads to the outcomes without the mistake."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit import Audit
from tests.authority import NOW
from tests.clean_export import DEVICE, CleanExport

SECURITY = "ssl_certificates.client_certificate_security"
_HINT = re.compile(r'Did you mean "([^"]+)"')


def audited(directory: Path) -> Audit:
    return mcuaudit.audit(mcuaudit.read_export(directory), at=NOW)


def replaced(name: str, right: str, wrong: str) -> Callable[[Path], None]:
    """Misspell a word of a file."""

    def change(root: Path) -> None:
        text = (root / name).read_text()
        assert right in text
        (root / name).write_text(text.replace(right, wrong, 1))

    return change


def renamed(right: str, wrong: str) -> Callable[[Path], None]:
    """Misspell the name of a file."""
    return lambda root: (root / right).rename(root / wrong) and None


# The change, whether it is the name of the file, and the word that is to be corrected.
CASES: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "a label": (replaced(f"{DEVICE}/settings.toml", "authentication allowed", "authentication alowed"),
              "", "Certificate-based authentication alowed"),
    "a key": (replaced(f"{DEVICE}/settings.toml", "client_certificate_security", "client_certifcate_security"), "",
              "ssl_certificates.client_certifcate_security"),
    "a privilege": (replaced(f"{DEVICE}/settings.toml", '"administrator"', '"adminstrator"'), "", "adminstrator"),
    "a key of a peer": (replaced("peers.toml", "certificate =", "certficate ="), "", "certficate"),
    "a file of a peer": (replaced("peers.toml", "peers/room.pem", "peers/rom.pem"), "", "peers/rom.pem"),
    "a product": (replaced("peers.toml", '"endpoint"', '"endpiont"'), "", "endpiont"),
    "a connection type": (replaced("peers.toml", '"incoming_sip"', '"incoming_sipp"'), "", "incoming_sipp"),
    "the word peer": (replaced("peers.toml", "[[peer]]", "[[peeer]]"), "", "peeer"),
    "the name of a store": (renamed(f"{DEVICE}/sip-trust-store.pem", f"{DEVICE}/sip_trust_store.pem"), "name",
                            "sip_trust_store.pem"),
    "the name of the settings": (renamed(f"{DEVICE}/settings.toml", f"{DEVICE}/setting.toml"), "name", "setting.toml"),
    "the name of the peers": (renamed("peers.toml", "peer.toml"), "name", "peer.toml"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_hint_leads_on(case: str, tmp_path: Path) -> None:
    change, kind, wrong = CASES[case]
    root = CleanExport().write(tmp_path)
    good = audited(root)
    change(root)
    bad = audited(root)
    assert _outcomes(bad) != _outcomes(good)
    (problem,) = (row for row in bad.problems.to_dict("records") if _HINT.search(row["reason"]))
    hint = _HINT.search(problem["reason"])
    assert hint is not None
    file = root / problem["file"]
    if kind == "name":
        file.rename(file.with_name(hint[1]))
    else:
        old, new = (word.rpartition(".")[2] if case == "a key" else word for word in (wrong, hint[1]))
        file.write_text(file.read_text().replace(old, new))
    followed = audited(root)
    assert followed.problems.empty
    assert _outcomes(followed) == _outcomes(good)


def _outcomes(audit: Audit) -> dict[str, str]:
    connections = audit.connections
    return dict(zip(connections["connection_id"], connections["outcome"].astype(str), strict=True))


def test_a_hint_for_a_row_leads_on(tmp_path: Path) -> None:
    root = CleanExport().write(tmp_path)
    replaced(f"{DEVICE}/settings.toml", "client_certificate_security", "#")(root)
    csv = root / "settings.csv"
    csv.write_text(f"device,{SECURITY}\nleeds/mcu-l,Verify certificate\n")
    before = audited(root)
    (problem,) = before.problems.to_dict("records")
    hint = _HINT.search(problem["reason"])
    assert hint is not None
    csv.write_text(csv.read_text().replace("leeds/mcu-l", hint[1]))
    followed = audited(root)
    assert followed.problems.empty
    assert {one for name, one in _outcomes(before).items() if "web_user" in name} == {"open"}
    assert {one for name, one in _outcomes(followed).items() if "web_user" in name} == {"pass"}


def test_a_hint_for_another_device_leads_on(tmp_path: Path) -> None:
    export = CleanExport()
    export.peers["mate"] = {"device": "leeds/mcu-22"}
    export.files["leeds/mcu-2/local-certificate.pem"] = export.files[f"{DEVICE}/local-certificate.pem"]
    root = export.write(tmp_path)
    before = audited(root)
    (problem,) = before.problems.to_dict("records")
    hint = _HINT.search(problem["reason"])
    assert hint is not None
    file = root / "peers.toml"
    file.write_text(file.read_text().replace("leeds/mcu-22", hint[1]))
    followed = audited(root)
    assert followed.problems.empty
    assert hint[1] in set(followed.peers["peer_device"])


def test_a_hint_that_looks_like_what_it_corrects_shows_the_code_points(tmp_path: Path) -> None:
    export = CleanExport()
    export.peers["room"]["certificate"] = "peers/r\u043eom.pem"
    reasons = export.audit(tmp_path).problems["reason"]
    (reason,) = reasons[reasons.str.contains("Did you mean")]
    assert reason.endswith('Did you mean "peers/room.pem"? Found U+043E instead of U+006F.')
