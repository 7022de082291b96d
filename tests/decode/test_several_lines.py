"""A text that was closed too late: the keys that it swallowed are not in force, so none of the file is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mcuaudit.decode.peers import decode_peers
from mcuaudit.decode.settings import decode_settings_toml
from mcuaudit.decode.several_lines import is_of_several_lines, refuse_swallowed_keys
from mcuaudit.decode.site import decode_site
from mcuaudit.errors import Undecodable


@pytest.mark.parametrize(
    ("reader", "content", "where"),
    [
        (decode_settings_toml, "[device]\nserial = '''SM1\n[services]\nhttps = false\n'''\n", "device.serial"),
        (decode_settings_toml, '[device]\nhost_names = ["""a\nprivate_key = 1"""]\n', "device.host_names"),
        (
            decode_settings_toml,
            '[[users]]\nname = """ann\n[ssl_certificates]\n"""\nprivilege = "administrator"',
            "users.name",
        ),
        (decode_settings_toml, '[x]\nnotes = """a\n"quoted key" = 1"""\n', "x.notes"),
        (decode_peers, '[[peer]]\nname = "a"\nuser = """b\ncertificate = "c.pem"\n"""\n', "peer.user"),
        (decode_site, 'title = """Leeds\ntime_zone = "Europe/London"\n"""\n', "title"),
    ],
)
def test_a_text_that_contains_keys_refuses_the_file(
    reader: Callable[[bytes], object], content: str, where: str
) -> None:
    with pytest.raises(Undecodable, match=r"looks like a setting: .*Close the text before that line") as refused:
        reader(content.encode())
    assert refused.value.where == where


def test_other_texts_of_several_lines_and_the_notes_of_a_site_are_no_settings() -> None:
    assert decode_site(b'notes = """first\nhttps = false"""').notes == "first\nhttps = false"
    page = "O=Example\nCN=mcu-1\nserialNumber=17"
    assert decode_settings_toml(f'[ssl_certificates.shown]\nsubject = """{page}"""'.encode()).problems == ()
    refuse_swallowed_keys({"a": {"b": ["x = 1", "one\ntwo\n(three = 3)", 7]}, "c": "[x]"})


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_every_line_end_counts(end: str) -> None:
    assert is_of_several_lines(f"a{end}b")
    assert not is_of_several_lines(f"{end}a b{end}")
    with pytest.raises(Undecodable, match="looks like a setting"):
        refuse_swallowed_keys({"a": f"x{end}b = 1"})


def test_a_text_has_one_line() -> None:
    decoded = decode_settings_toml(b'[device]\nserial = "a\\nb"\nmodel = "MCU 4510"\n')
    (problem,) = decoded.problems
    assert problem.reason == 'found "a\\nb", a text of several lines; write it on one line'
    assert [item.setting for item in decoded.parts[0].damaged] == ["device.serial"]


@pytest.mark.parametrize("end", ["\u2028", "\x85"])
def test_another_line_end_does_not_end_a_comment(end: str) -> None:
    with pytest.raises(Undecodable, match="contains no settings"):
        decode_settings_toml(f"# none{end}[services]{end}https = false".encode())
