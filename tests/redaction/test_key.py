"""The key file: made once, readable only by its owner, and the way back to the names."""

from __future__ import annotations

import ipaddress
import json
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from mcuaudit import RedactionKey, UsageError
from mcuaudit.command.app import app
from mcuaudit.redaction.addresses import Address, permuted
from mcuaudit.redaction.key import redaction_key
from mcuaudit.redaction.names import Names
from tests.clean_export import CleanExport

ADDRESSES = st.ip_addresses()
SPECIAL = [
    "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.2.0/24", "192.168.0.0/16",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "2001:db8::/32", "fc00::/8", "fd00::/8",
    "fe80::/10", "ff00::/8", "::ffff:0:0/96", "64:ff9b::/96",
]  # fmt: skip


def key(number: int = 1) -> RedactionKey:
    return RedactionKey(bytes([number]) * 32)


def common(one: Address, two: Address) -> int:
    """The number of first bits that two addresses share."""
    return one.max_prefixlen - (int(one) ^ int(two)).bit_length()


@given(ADDRESSES, ADDRESSES, st.integers(0, 128))
def test_two_addresses_share_as_many_bits_as_before(one, two, shared) -> None:
    if one.version != two.version:
        return
    width = one.max_prefixlen
    shared = min(shared, width)
    mask = ((1 << shared) - 1) << (width - shared)
    two = type(one)((int(one) & mask) | (int(two) & ~mask & ((1 << width) - 1)))
    flips = key()._flips
    if any(int(address) >> (width - 8) == 255 for address in (one, two)) and width == 32:
        return
    inside = [
        address in ipaddress.ip_network("::ffff:0:0/96") or address in ipaddress.ip_network("64:ff9b::/96")
        for address in (one, two)
        if address.version == 6
    ]
    if any(inside) and not all(inside):
        return
    assert common(permuted(one, flips), permuted(two, flips)) == common(one, two)


@pytest.mark.parametrize("block", SPECIAL)
@given(st.data())
def test_a_special_purpose_address_stays_in_its_block(block: str, data: st.DataObject) -> None:
    network = ipaddress.ip_network(block)
    address = network[data.draw(st.integers(0, min(network.num_addresses - 1, 2**60)))]
    assert permuted(address, key()._flips) in network


@given(ADDRESSES)
def test_no_other_address_gets_into_such_a_block(address) -> None:
    blocks = [ipaddress.ip_network(block) for block in SPECIAL]
    before = [address in block for block in blocks if block.version == address.version]
    after = permuted(address, key()._flips)
    assert [after in block for block in blocks if block.version == address.version] == before


def test_masks_and_addresses_without_a_place_stay() -> None:
    for text in ("255.255.255.0", "255.255.254.0", "0.0.0.0", "127.0.0.1", "::", "::1"):
        assert key().address(ipaddress.ip_address(text)) == text


def test_no_pseudonym_is_an_address_in_use() -> None:
    used = [ipaddress.ip_address(f"192.0.2.{number}") for number in range(10, 40)]
    for number in range(5):
        one = key(number + 1)
        one.draw_networks(used)
        assert not {one.address(address) for address in used} & set(map(str, used))


@given(st.text(min_size=1), st.text(min_size=1))
def test_different_names_have_different_pseudonyms(one: str, two: str) -> None:
    found = key()
    assert (found.pseudonym("site", one) == found.pseudonym("site", two)) == (one == two)
    assert found.restored(f"in {found.pseudonym('site', one)}.") == f"in {one}."


def test_spellings_of_one_name_are_seen_to_be_so() -> None:
    found = key()
    first, second = found.pseudonym("user", "ann.lee"), found.pseudonym("user", "Ann.Lee")
    assert second.startswith(f"{first}-")
    assert found.restored(f"{second} {first}") == "Ann.Lee ann.lee"


def test_names_with_equal_digests_have_longer_pseudonyms(monkeypatch: pytest.MonkeyPatch) -> None:
    found = key()
    first = found.pseudonym("site", "one")
    found.names[first] = "another"
    assert len(found.pseudonym("site", "one")) == len(first) + 1


def test_the_file_is_its_owners_alone_and_keeps_everything(tmp_path: Path) -> None:
    file, audit = tmp_path / "fleet.key", CleanExport().audit(tmp_path / "export")
    first = audit.redact(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    names = redaction_key(file).names
    assert names[first.devices["device_id"].iloc[0].partition("/")[2]] == "mcu-1"
    second = audit.redact(file)
    assert first.devices.equals(second.devices)
    assert redaction_key(file).names == names


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"\xff", b'{"mcuaudit_redaction": 2}', b"[" * 100_000,
     json.dumps({"mcuaudit_redaction": 1, "secret": "00", "draw": 1, "names": {}}).encode(),
     json.dumps({"mcuaudit_redaction": 1, "secret": "00" * 32, "draw": 1, "names": {"a": 1}}).encode()],
)  # fmt: skip
def test_another_file_is_refused_and_stays(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(UsageError, match="is not a key file of mcuaudit"):
        CleanExport().audit(tmp_path / "export").redact(file)
    assert file.read_bytes() == content


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "fleet.key"
    key().save(file)
    file.chmod(0o640)
    with pytest.raises(UsageError, match=r"can be read by others.*chmod 600"):
        redaction_key(file)


def test_numbers_have_sixteen_digits_at_least_and_differ() -> None:
    found = key()
    made = {found.digest(f"{number:x}") for number in range(300)}
    assert len(made) == 300
    assert {len(one) for one in made} == {16}
    assert len(found.digest("ab" * 32)) == 64
    # An export may have as many spellings of a long number as somebody likes.
    spelt = ["A" * number + "a" * (63 - number) for number in range(64)]
    written = [found.digest(one) for one in spelt]
    assert len(set(written)) == 64
    assert {len(one) for one in written} == {63}
    assert [found.digest(one) for one in spelt] == written
    assert [found.names[one] for one in written] == spelt


def test_spellings_of_an_address_stay_apart() -> None:
    names = Names(key())
    made = {names.name("peer", peer) for peer in ("2001:db8::a", "2001:DB8::A", "fe80::1%a", "fe80::1%b", "fe80::1")}
    assert len(made) == 5
    assert [names.key.restored(one) for one in sorted(made)] == [
        next(name for name, pseudonym in names.replaced.items() if pseudonym == one) for one in sorted(made)
    ]


def test_networks_are_chosen_once_for_a_key_file() -> None:
    """Also by an audit that has no address."""
    found = key()
    found.draw_networks([])
    before = found.address(ipaddress.ip_address("10.9.9.9"))
    found.draw_networks([ipaddress.ip_address(before)])
    assert found.address(ipaddress.ip_address("10.9.9.9")) == before


def test_what_readers_quote_is_found() -> None:
    found = key()
    digest, name = found.digest("ab" * 32), found.pseudonym("site", "leeds")
    address = found.address(ipaddress.ip_address("2a00:1::5"))
    quoted = {
        f"sip:{address}": "sip:2a00:1::5",
        f"{digest[:12]}…": f"{('ab' * 32)[:12]}…", digest.upper(): "ab" * 32, f"\\n{name}": "\\nleeds",
        f"%2F{name}": "%2Fleeds", f"{name}_x": "leeds_x", f"{name}-bcdf": "leeds", "1234567": "1234567",
    }  # fmt: skip
    assert {text: found.restored(text) for text in quoted} == quoted


def test_a_place_without_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        CleanExport().audit(tmp_path / "export").redact(tmp_path / "no" / "fleet.key")


def test_the_key_is_in_no_text(tmp_path: Path) -> None:
    assert "01" * 32 not in f"{key()!r} {key()}"


def test_two_runs_at_once_lose_no_name(tmp_path: Path) -> None:
    file, audits = tmp_path / "fleet.key", []
    for number in range(3):
        export = CleanExport()
        export.settings["device"]["serial"] = f"SM{number}"
        audits.append(export.audit(tmp_path / f"export-{number}"))
    threads = [threading.Thread(target=audit.redact, args=(file,)) for audit in audits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    names = set(redaction_key(file).names.values())
    assert {"SM0", "SM1", "SM2"} <= names


def test_unredact_reads_pseudonyms_and_ids_back(tmp_path: Path) -> None:
    file = tmp_path / "fleet.key"
    export = CleanExport()
    export.settings["ssl_certificates"]["verification_settings"] = "No verification"
    audit = export.audit(tmp_path / "export")
    redacted = audit.redact(file)
    quoted, true = redacted.findings["finding_id"].iloc[0], audit.findings["finding_id"].iloc[0]
    assert quoted != true
    run = CliRunner()
    done = run.invoke(app, ["unredact", str(file), f"see {quoted}", redacted.devices["device_id"].iloc[0]])
    assert (done.exit_code, done.output) == (0, f"see {true}\nleeds/mcu-1\n")
    done = run.invoke(app, ["unredact", str(file)], input="\n".join(redacted.findings["evidence"]))
    assert done.output.splitlines() == list(audit.findings["evidence"])
    done = run.invoke(app, ["unredact", str(file), "nothing here"])
    assert (done.exit_code, done.output) == (1, "nothing here\n")
    assert isinstance(run.invoke(app, ["unredact", str(tmp_path / "none"), "x"]).exception, UsageError)
