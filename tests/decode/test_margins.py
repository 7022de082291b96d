"""What stands before a block on its line: margins, signs of comments, labels, and other text."""

from __future__ import annotations

import pytest

from mcuaudit.decode.characters import BREAK
from mcuaudit.decode.margins import QUOTES, SIGN, after_margins, below_margins, is_label

BEGIN = "-----BEGIN X-----"


@pytest.mark.parametrize(
    ("before", "rest"),
    [
        ("", ""),
        ("   ", ""),
        ("> > ", ""),
        ("| \u2022 + ", ""),
        ("{+", ""),
        ("- ", ""),
        ("-x", "-x"),
        ("a) (b) 12) ", ""),
        ("C:\\certs>", ""),
        ("PS C:\\>", ""),
        ("admin@mcu:~/certs$ ", ""),
        ("mcu# ", ""),
        ("mcu(config)# ", ""),
        ("$ echo ", ""),
        ("echo -n -e ", ""),
        ('const x = "', ""),
        ("12: ", ""),
        ("[12:00:01] ", ""),
        ("a.pem:12:", ""),
        ("a.pem-12-", ""),
        ("a.pem:", ""),
        ('"key": "', 'key": "'),
        ("key => '", ""),
        ("<ca id='a'> ", ""),
        ("<![CDATA[", ""),
        ('b"', ""),
        ("&quot;", ""),
        ("\u201c", ""),
        ("rem> ", ""),
        ("rem# ", ""),
        ("comment$ ", ""),
        ("dnl% ", ""),
        ("rem x: ", "rem x: "),
        ("~# ", "~# "),
        ("# ", "# "),
        ("> // x", "// x"),
        ("> rem x", "rem x"),
        ("words here", "words here"),
        ("> words", "words"),
        ("$x", "$x"),
        ("mcu% ", ""),
        ("% ", "% "),
        ("...", "..."),
        (".. ", ".. "),
    ],
)
def test_margins_that_mean_nothing_are_passed_over(before: str, rest: str) -> None:
    assert after_margins(before) == (before.removesuffix(rest), rest)


def test_margins_of_more_than_2000_characters_are_cut_off() -> None:
    assert after_margins(">" * 2000) == (">" * 2000, "")
    assert after_margins(">" * 2001) == (">" * 2000, ">")


@pytest.mark.parametrize(
    "sign",
    ["#", "###", ";", "//", "!", "~", "--", "::", "%", ".. ", "\\", "\\\\", '.\\"', "/*", "(*", "{-", "{#", "{*", "<#",
     "<!--", "<%--", "rem", "@REM", "dnl", "comment", "c"],
)  # fmt: skip
def test_the_signs_of_comments_are_known(sign: str) -> None:
    found = SIGN.match(sign)
    assert found is not None
    assert found[0] == ("<%" if sign == "<%--" else sign.strip())


@pytest.mark.parametrize("text", ["", "x", "/", "-", ":", ".", "..x", "\\'", '\\"', "remark", "comments", "cc", "c x"])
def test_other_text_is_no_sign_of_a_comment(text: str) -> None:
    found = SIGN.match(text)
    assert found is None


@pytest.mark.parametrize("last", [*'=:([{,><"', *QUOTES, "key = ", "<a>  "])
def test_a_text_that_ends_so_introduces_what_follows(last: str) -> None:
    assert is_label(f"some words {last}")


@pytest.mark.parametrize("text", ["", "words", "= words", "words.", "words;", "x"])
def test_another_text_is_no_label(text: str) -> None:
    assert not is_label(text)


@pytest.mark.parametrize(
    "margin",
    ["> ", ">", "  > ", "| ", "+ ", "+", " * ", "\u2022 ", "\u00b7", '  "', "\u00ab", "12: ", " 7) ", "a.pem:12:",
     "a.pem:",
     "    "],
)  # fmt: skip
def test_the_text_below_a_margin_has_the_lines_that_have_it(margin: str) -> None:
    text = f"x\n{margin}one\n\n{margin}{BEGIN}\n{margin}three'"
    assert (f"one\n{BEGIN}\nthree", [1, 3, 4]) in list(below_margins(text))


def test_below_each_margin_there_may_be_another_up_to_the_fourth() -> None:
    text = f"> | + * > {BEGIN}"
    found = list(below_margins(text))
    assert found == [
        (f"| + * > {BEGIN}", [0]),
        (f"+ * > {BEGIN}", [0]),
        (f"* > {BEGIN}", [0]),
        (f"> {BEGIN}", [0]),
    ]


def test_a_margin_is_taken_away_only_if_it_stands_before_a_begin_mark() -> None:
    assert list(below_margins(f"> a\n{BEGIN}\n")) == []
    assert list(below_margins("> a\n> b\n")) == []
    assert list(below_margins(f"a{BREAK}> -- begin x\n> --- begin x")) == [("-- begin x\n--- begin x", [1, 2])]
    assert list(below_margins(f"{BEGIN}: 1\n")) == []
    assert list(below_margins(f"x\n{BEGIN}\n> a\n> {BEGIN}")) == [(f"a\n{BEGIN}", [2, 3])]


def test_what_reaches_into_the_mark_is_no_margin() -> None:
    assert list(below_margins("-----BEGIN a:b-----\n")) == []
    assert list(below_margins("12-----BEGIN X-----\n")) == []
    assert list(below_margins("a:-----BEGIN X-----\n")) == [("-----BEGIN X-----", [0])]
