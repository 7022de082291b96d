"""The steps into DER: lengths in every form, and what is cut short or no DER."""

from __future__ import annotations

import pytest

from mcuaudit.pkix.der import Element, elements, first_element


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", []),
        (b"\x05\x00", [Element(5, b"", b"\x05\x00")]),
        (b"\x02\x01\x07\x04\x02ab", [Element(2, b"\x07", b"\x02\x01\x07"), Element(4, b"ab", b"\x04\x02ab")]),
        (b"\x04\x7f" + b"a" * 127, [Element(4, b"a" * 127, b"\x04\x7f" + b"a" * 127)]),
        (b"\x04\x81\x80" + b"a" * 128, [Element(4, b"a" * 128, b"\x04\x81\x80" + b"a" * 128)]),
        (b"\x04\x82\x01\x00" + b"a" * 256, [Element(4, b"a" * 256, b"\x04\x82\x01\x00" + b"a" * 256)]),
        (b"\x04\x84\x00\x00\x00\x01a", [Element(4, b"a", b"\x04\x84\x00\x00\x00\x01a")]),
        (b"\x1e\x00", [Element(0x1E, b"", b"\x1e\x00")]),
    ],
)
def test_elements_follow_each_other(data: bytes, found: list[Element]) -> None:
    assert list(elements(data)) == found


@pytest.mark.parametrize(
    "data",
    [
        b"\x05",
        b"\x04\x02a",
        b"\x04\x01",
        b"\x1f\x81\x01\x00",
        b"\x3f\x00",
        b"\x04\x80a\x00\x00",
        b"\x04\x80",
        b"\x04\x85\x00\x00\x00\x00\x01a",
        b"\x04\x82\x01",
        b"\x05\x00\x04",
    ],
)
def test_what_is_cut_short_or_of_another_form_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"cut short|length of a kind"):
        list(elements(data))


def test_the_first_element_does_not_need_the_others() -> None:
    assert first_element(b"\x05\x00\x04").whole == b"\x05\x00"
    with pytest.raises(ValueError, match="no DER element"):
        first_element(b"")
