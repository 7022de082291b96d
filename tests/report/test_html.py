"""Text is escaped in one place, and nothing in it hides."""

from __future__ import annotations

import pytest

from mcuaudit.report.html import Html, anchor, element, escape, heading_id, join
from mcuaudit.wording.visible import visible


def test_text_becomes_text() -> None:
    assert escape("<script>alert('1')</script>") == "&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt;"


def test_markup_is_kept_and_never_escaped_twice() -> None:
    assert escape(escape("a & b")) == "a &amp; b"


def test_children_and_attributes_of_an_element_are_escaped() -> None:
    made = element("p", "1 < 2", element("b", "&"), title='"x" onclick="y"', class_="c", hidden=True, id=None)
    assert made == '<p title="&quot;x&quot; onclick=&quot;y&quot;" class="c" hidden>1 &lt; 2<b>&amp;</b></p>'


def test_a_void_element_has_no_end() -> None:
    assert element("img", alt="a") == '<img alt="a">'


def test_join_escapes_its_separator_and_leaves_out_none() -> None:
    assert join(["a", None, Html("<br>")], " & ") == "a &amp; <br>"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("gpj.\u202eexe", "gpj.\\u202eexe"),
        ("a\u2066b\u2069", "a\\u2066b\\u2069"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("\x00\x1b[31m", "\\x00\\x1b[31m"),
        ("two\nlines\tand a tab", "two lines and a tab"),
        ("lone \ud800 surrogate", "lone \\ud800 surrogate"),
        ("tag \U000e0041", "tag \\U000e0041"),
        ("Jürgen Weiß, Ørsted, 東京, علي", "Jürgen Weiß, Ørsted, 東京, علي"),
    ],
)
def test_nothing_in_a_text_hides(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_anchors_differ_by_kind_and_key_and_need_no_escaping() -> None:
    made = {anchor("device", "a b"), anchor("device", "a_b"), anchor("site", "a b")}
    assert len(made) == 3
    assert all(name.replace("-", "").isalnum() for name in made)


def test_heading_ids_are_plain_words() -> None:
    assert heading_id("What <em>expires</em> when?") == "what-expires-when"
