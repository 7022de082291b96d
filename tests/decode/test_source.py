"""What a caller gives in place of a file, and what errors call it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcuaudit.decode.source import octets_of
from mcuaudit.errors import UsageError


def given(source: bytes | str | Path) -> tuple[bytes, str]:
    return octets_of(source, "answer", is_content=lambda text: text.startswith("<"), expected="expected a file")


def test_bytes_are_the_content_whatever_they_are() -> None:
    assert given(b"peer.pem") == (b"peer.pem", "the bytes given as answer")


def test_a_text_that_is_content_is_taken_as_utf8() -> None:
    assert given("<\u00fc>") == (b"<\xc3\xbc>", "the text given as answer")


def test_half_a_character_in_a_text_becomes_a_question_mark() -> None:
    assert given("<\ud800>") == (b"<?>", "the text given as answer")


def test_any_other_text_is_the_path_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "answer.xml"
    file.write_bytes(b"<a/>")
    assert given(file) == (b"<a/>", str(file))
    assert given(str(file)) == (b"<a/>", str(file))


def test_a_path_is_never_the_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("<a>").write_bytes(b"x")
    assert given(Path("<a>")) == (b"x", "<a>")


def test_a_file_that_cannot_be_read_is_refused_with_the_systems_reason(tmp_path: Path) -> None:
    file = tmp_path / "answer.xml"
    with pytest.raises(UsageError) as refused:
        given(file)
    assert str(refused.value) == (
        f"{file}, given as answer, cannot be read: No such file or directory; expected a file."
    )


def test_a_name_that_no_file_can_have_is_refused_with_its_reason() -> None:
    with pytest.raises(UsageError) as refused:
        given("a\0b")
    assert str(refused.value) == "a\0b, given as answer, cannot be read: embedded null byte; expected a file."
