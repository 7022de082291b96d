"""What a file holds and does not mean: comments around a block, conflicts of git, differences, quoted mails."""

from __future__ import annotations

import pytest

from mcuaudit.decode.characters import BREAK, Characters
from mcuaudit.decode.left_out import (
    DIFFERENCE,
    QUOTED,
    Comments,
    conflict,
    distrusted,
    not_the_file,
    whose,
    why_commented,
    why_distrusted,
    why_strange,
)

HERE = "\u2193"
BEGIN = "-----BEGIN X-----"
LINE = "MIIB" + "A" * 20


def split(text: str) -> tuple[str, int]:
    """A text with the beginning of a block in place of the arrow, and its position."""
    before, _, after = text.partition(HERE)
    return f"{before}{BEGIN}{after}", len(before)


def sign(text: str, after: int = 0) -> str:
    whole, position = split(text)
    return Comments(whole).sign(position, after)


def stranger(text: str, after: int = 0) -> str:
    whole, position = split(text)
    return Comments(whole).stranger(position, after)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (HERE, ""),
        (f"# {HERE}", "#"),
        (f"x\n// {HERE}", "//"),
        (f"x{BREAK}; {HERE}", ";"),
        (f"# x\n{HERE}", ""),
        (f"# x{BREAK}{HERE}", ""),
        (f"> | # {HERE}", "#"),
        (f"> {HERE}", ""),
        (f"12: -- {HERE}", "--"),
        (f"key = {HERE}", ""),
        (f"words # {HERE}", ""),
        (f"/* closed */ {HERE}", ""),
        (f"<!-- closed --># {HERE}", "#"),
        (f"# \x01 {HERE}", ""),
        (f"# \ufffd{HERE}", ""),
        (f"# \x01-----\n{HERE}", ""),
        (f"# \x01----- {HERE}", "#"),
        ("# \x01" + " " * 199 + HERE, ""),
        ("# \x01" + " " * 200 + HERE, "#"),
    ],
)
def test_the_sign_of_a_comment_is_found_on_the_line_of_the_block(text: str, found: str) -> None:
    assert sign(text) == found


def test_behind_another_block_on_its_line_only_what_is_between_them_counts() -> None:
    assert [sign(f"# {end}{between}{HERE}", len(f"# {end}")) for end in ("END-----",) for between in
            ("", " ", ";", " , ", "# ", ", // ")] == ["", "", "", "", "#", "//"]  # fmt: skip
    assert sign(f"END-----\n;{HERE}", 8) == ";"
    assert sign(f"; {HERE}", 0) == ";"
    assert (sign(f"x;{HERE}", 1), sign(f";{HERE}", 0)) == ("", ";")


def test_without_another_block_all_of_the_line_counts() -> None:
    whole, position = split(f"# {HERE}")
    assert Comments(whole).sign(position) == "#"
    whole, position = split(f"old {HERE}")
    assert Comments(whole).stranger(position) == "old"


CLOSING = {
    "<!--": "-->", "<del": "</del>", "<strike": "</strike>", "<s>": "</s>", "<comment": "</comment>", "/*": "*/",
    "<#": "#>", "--[": "]", "{#": "#}", "{%comment": "endcomment", "{% comment": "endcomment", "{% if": "endif",
    "{{!": "}}", "<%--": "--%>", "(*": "*)", "{-": "-}", "#|": "|#", "#[": "]#", "/+": "+/", "%{": "%}",
    "#if": "#endif", "=begin": "=end", "=pod": "=cut", "=for": "=cut", "\\if": "\\fi",
    "\\begin{comment}": "\\end{comment}", "if false": "fi", "~~": "~~", "###": "###",
}  # fmt: skip


@pytest.mark.parametrize("opening", CLOSING)
def test_a_comment_of_several_lines_reaches_to_its_end(opening: str) -> None:
    before, after = f"a\n{opening}\nb\n", f"\nc\n{CLOSING[opening]}\n"
    assert sign(f"{before}{HERE}{after}") == opening
    assert sign(f"{before.upper()}{HERE}{after.upper()}") == opening
    assert sign(f"{before}{after}{HERE}") == ""
    assert sign(f"a\n{HERE}{before}{after}") == ""


def test_two_comments_have_text_between_them() -> None:
    text = "/* a\n{}b */\n{}\n<!-- c\n{}\n-->\n{}\n/*\n{}\n*/\n{}"
    places = [[HERE if number == place else "" for number in range(6)] for place in range(6)]
    assert [sign(text.format(*place)) for place in places] == ["/*", "", "<!--", "", "/*", ""]


@pytest.mark.parametrize(
    ("opening", "found"),
    [("<!--", "<!--"), ("<del>", "<del"), ("<strike>", "<strike"), ("<s>", "<s>"), ("<comment>", "<comment"),
     ("__END__", "__END__"), ("__DATA__", "__DATA__"), ("/*", ""), ("=begin", ""), ("~~", ""), ("#if", "")],
)  # fmt: skip
def test_of_comments_without_an_end_some_reach_to_the_last_line(opening: str, found: str) -> None:
    assert sign(f"a\n{opening}\n{HERE}\n") == found


@pytest.mark.parametrize(
    ("before", "opening", "found"),
    [("x ", "<!--", "<!--"), ("x ", "<del>", "<del"), ("x ", "/*", ""), ("x ", "=begin", ""), ("> ", "/*", "/*"),
     ("  | ", "{-", "{-"), ("key: ", "/*", "/*"), (f"x{BREAK}", "/*", "/*")],
)  # fmt: skip
def test_most_comments_begin_their_line_behind_margins_at_most(before: str, opening: str, found: str) -> None:
    assert sign(f"{before}{opening}\n{HERE}\n{CLOSING.get(opening, '</del>')}") == found


def test_200_characters_before_an_opening_sign_are_looked_at() -> None:
    assert sign("x" + " " * 199 + f"/*\n{HERE}\n*/") == ""
    assert sign("x" + " " * 200 + f"/*\n{HERE}\n*/") == "/*"


def test_a_block_between_two_comments_with_one_sign_for_both_ends_is_in_none() -> None:
    assert sign(f"~~\na\n~~\n{HERE}\n~~\nb\n~~\n") == ""


def test_an_opening_sign_without_an_end_does_not_hide_a_comment_behind_it() -> None:
    assert sign(f"/* a\n{{- b\n{HERE}\n-}}") == "{-"
    assert sign(f"x /* a\n{{- b\n{HERE}\n-}}\n*/") == "{-"
    assert sign(f"/* a\n/* b\n=begin\n{HERE}\n=end") == "=begin"


def test_an_opening_sign_within_a_comment_begins_no_other() -> None:
    assert sign(f"/* <!-- */\n{HERE}") == ""
    assert sign(f"x /* \n/*\n{HERE}*/") == "/*"


def test_letters_that_change_their_length_do_not_move_a_comment() -> None:
    capital = "\u0130"
    assert len(capital.lower()) == 2
    assert sign(f"{capital * 30}\n=begin\n=end\n{HERE}") == ""
    assert sign(f"{capital * 30}\n=begin\n{HERE}\n=end\n") == "=begin"


@pytest.mark.parametrize("mark", ["'", '"', "`", "\u201c"])
def test_a_quotation_mark_before_every_line_is_a_comment(mark: str) -> None:
    assert sign(f"{mark}{HERE}\n{mark}MIIB\n") == mark
    assert sign(f"  {mark} {HERE}\n  {mark} MIIB\n") == mark
    assert sign(f"{mark}{HERE}\n{mark}MIIB{mark}\n") == ""
    assert sign(f"{mark}{HERE}{mark}\n{mark}MIIB\n") == ""
    assert sign(f"{mark}{HERE}\nMIIB\n") == ""
    assert sign(f"{mark}{HERE}") == ""
    assert sign(f"{mark} key = {HERE}\n{mark}MIIB") == ""
    assert sign(f"{mark}{HERE}\n{mark}MI\n{mark}B\n") == mark
    assert sign(f"{mark}{HERE}\nMIIB{mark}IB\n") == ""


def test_a_quotation_mark_far_behind_the_beginning_of_the_next_line_is_not_looked_for() -> None:
    assert sign(f"'{HERE}\n'{'A' * 39}'\n") == ""
    assert sign(f"'{HERE}\n'{'A' * 40}'\n") == "'"
    assert sign(f"    '{HERE}\n'{'A' * 43}'\n") == ""
    assert sign(f"    '{HERE}\n'{'A' * 44}'\n") == "'"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (HERE, ""),
        (f"> {HERE}", ""),
        (f"the old one {HERE}", "the old one"),
        (f"> the old one  {HERE}", "the old one"),
        (f"old\nkey = {HERE}", ""),
        (f"certificate: {HERE}", ""),
        (f"<a> old {HERE}", "old"),
        (f"old{BREAK}{HERE}", ""),
        (f"a, b: {HERE}", ""),
        (f"\x01 old {HERE}", ""),
        (f"old \x01 {HERE}", ""),
        (f"'{'x' * 50} {HERE}", "x" * 40),
        (f"old /* new */ {HERE}", "old"),
    ],
)
def test_a_text_before_a_block_that_may_be_a_comment_is_given(text: str, found: str) -> None:
    assert stranger(text) == found


def test_a_text_behind_another_block_on_its_line_is_none() -> None:
    text = f"old {HERE}"
    assert (stranger(text, 0), stranger(text, 1)) == ("old", "")
    assert stranger(f"a\nold {HERE}", 2) == "old"
    assert stranger(f"a\nold {HERE}", 3) == ""


def test_the_reasons_name_the_sign_and_the_text() -> None:
    assert why_commented("#") == (
        'a block that is commented out with "#", so it is not known whether it is meant. Remove the block, or the "#" '
        "if the certificate is on the device"
    )
    assert why_strange("old") == (
        'a block behind "old" on its line, which may be a comment, so it is not known whether the block is meant. '
        'Remove the block, or the "old" if the certificate is on the device'
    )


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\nb\n", None),
        ("a <<<<<<< b\n", None),
        ("<<<<<<<<\n", None),
        ("<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\nc\n", range(1, 6)),
        ("x\n<<<<<<<\na\n>>>>>>>\n", range(2, 5)),
        ("x\n  <<<<<<< HEAD\na\n", range(2, 5)),
        ("x\n>>>>>>> other\na\n", range(2, 5)),
        ("<<<<<<< a\n>>>>>>> a\nx\n<<<<<<< b\n>>>>>>> b\n", range(1, 6)),
        ('{"a": "<<<<<<< HEAD\\n"}', range(1, 2)),
        ("-----BEGIN X-----\\n<<<<<<< HEAD\\nA\\n>>>>>>> b\\n\nx", range(1, 2)),
        ("\n<<<<<<< HEAD\na\n>>>>>>> b\n", range(2, 5)),
        ("a\r\n<<<<<<< HEAD\r\nb\r\n>>>>>>> c\r\n", range(2, 5)),
        ("> -----BEGIN X-----\n> <<<<<<< HEAD\n> a\n> >>>>>>> b\n> -----END X-----\n", range(2, 5)),
        ("> -----BEGIN X-----\n>>>>>>>>\n> a\n", None),
        ("| -----BEGIN X-----\nother\n| <<<<<<< HEAD\n| a\n", range(3, 6)),
    ],
)
def test_a_conflict_of_git_reaches_from_its_first_to_its_last_mark(text: str, lines: range | None) -> None:
    assert conflict(Characters(text.encode())) == lines


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("@@ -1,3 +1,2 @@\n x\n-old\n", 19),
        ("--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new\n", 24),
        ("@@ -1 +1 @@\n--- x\n", None),
        ("-old\n@@ -1 +1 @@\n+new\n", None),
        ("@@@ -1 -1 +1 @@@\n- old\n", 17),
        ("3d2\n< old\n", 4),
        ("3,4c2,5\n< old\n---\n> new\n", 8),
        ("< old\n3d2\n", 0),
        ("3a2\n> new\n", None),
        ("< old\n", None),
        ("*** 1,3 ****\n! old\n", 13),
        ("*** 1 ****\n- old\n", 11),
        ("*** 1 ***\n- old\n", None),
        (f"-{'A' * 20}\n+{'B' * 20}\n", 0),
        (f"x\n - {'A' * 20}==\n+-----BEGIN X-----\n", 2),
        (f"-{'A' * 19}\n+{'B' * 20}\n", None),
        (f"-{'A' * 20}\n {'B' * 20}\n", None),
        (f"< {'A' * 20}\n> -----END X-----\n", 0),
        (f"<{'A' * 20}\n>{'B' * 20}\n", 0),
        (f"-{LINE}\n{LINE}\n", 0),
        (f"{LINE}\n< {LINE}\n", len(LINE) + 1),
        (f"+{LINE}\n{LINE}\n", None),
        ("[-MIIB-]{+MIIC+}\n", 0),
        ("[------BEGIN X-----\nA-]\n", 0),
        (f"------BEGIN X-----\n-{LINE}\n------END X-----\n", 19),
        (f"{BEGIN}\n{LINE}\n-----END X-----\n", None),
        ("", None),
    ],
)
def test_a_difference_is_found_where_it_removes_a_line(text: str, position: int | None) -> None:
    assert not_the_file(text) == (None if position is None else (position, DIFFERENCE))


@pytest.mark.parametrize("margin", ["> ", "| ", " * ", "a.diff:"])
def test_a_difference_is_found_behind_a_margin(margin: str) -> None:
    lines = ["@@ -1,3 +1,3 @@", f" {BEGIN}", "-old", "+new"]
    for before in ("", "x\n", f"{margin}\n"):
        text = before + "\n".join(margin + line for line in lines)
        position = text.index(f"{margin}-old")
        assert not_the_file(text) == (position, DIFFERENCE)


def test_a_difference_behind_a_margin_may_begin_with_its_first_line() -> None:
    assert not_the_file(f"| < {'A' * 20}\n| > {BEGIN}\n") == (0, DIFFERENCE)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        (f"{BEGIN}\nA\n> {BEGIN}\n> A\n", len(BEGIN) + 3),
        (f"> {BEGIN}\n> A\n{BEGIN}\nA\n", 0),
        (f"> {BEGIN}\n> A\n>> {BEGIN}\n>> A\n", len(BEGIN) + 7),
        (f"> {BEGIN}\n> {BEGIN}\n", None),
        (f"| {BEGIN}\n {BEGIN}\n", None),
        (f"{BEGIN}\n{BEGIN}\n", None),
        (f"{BEGIN}{BREAK}> {BEGIN}", len(BEGIN) + 1),
    ],
)
def test_a_mail_that_quotes_another_is_found_at_the_first_quoted_block(text: str, position: int | None) -> None:
    assert not_the_file(text) == (None if position is None else (position, QUOTED))


def test_a_difference_says_more_than_a_quoted_mail() -> None:
    text = f"{BEGIN}\nA\n> {BEGIN}\n> @@ -1 +1 @@\n> -old\n"
    assert not_the_file(text) == (text.index("> -old"), DIFFERENCE)


OTHER_FORMS = {
    "AsciiDoc": (f"////\n{HERE}\n////\n", "////"),
    "AsciiDoc, longer": (f"//////\nx\n{HERE}\n//////\n", "//////"),
    "Org": (f"#+BEGIN_COMMENT\n{HERE}\n#+END_COMMENT\n", "#+BEGIN_COMMENT"),
    "a here document without a command": (f": <<'EOF'\n{HERE}\nEOF\n", ": <<"),
    "reStructuredText": (f"..\n   {HERE}\n   x\n", ".."),
    "reStructuredText, with a remark": (f".. old ones\n\n   {HERE}\n", ".."),
    "a hidden element": (f'<div style="display:none">\n{HERE}\n</div>', '<div style="display:none">'),
    "a template": (f"<template>\n{HERE}\n</template>", "<template>"),
    "a struck text": (f"[s]{HERE}[/s]", "[s]"),
}


@pytest.mark.parametrize("form", OTHER_FORMS)
def test_other_forms_of_comments_have_a_sign(form: str) -> None:
    text, expected = OTHER_FORMS[form]
    assert sign(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        f"////\nx\n////\n{HERE}",
        f"#+BEGIN_COMMENT\nx\n#+END_COMMENT\n{HERE}",
        f"#+BEGIN_SRC\n{HERE}\n#+END_SRC\n",
        f": <<EOF\nx\nEOF\n{HERE}",
        f"cat > ca.pem <<EOF\n{HERE}\nEOF\n",
        f"..\n   x\n\n{HERE}",
        f".. code:: text\n\n   {HERE}\n",
        f"<div>\n{HERE}\n</div>",
    ],
)
def test_what_is_outside_of_them_has_none(text: str) -> None:
    assert sign(text) == ""


def test_a_text_that_is_struck_with_dashes_is_a_comment() -> None:
    text = "-" + BEGIN + "\nAAAA\n-----END X-----\n-\n"
    assert Comments(text).sign(0) == "-"
    assert Comments(text.removesuffix("-\n")).sign(0) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("label: x\nx-distrusted: true\n", "x-distrusted: true"),
        ('{"enabled": false, "pem": "', 'enabled": false'),
        ("  trusted: no\n  pem: |\n", "trusted: no"),
        ("disabled = true\n", "disabled = true"),
        ('name,enabled,pem\nca0,no,"', "no"),
        ('",false\nca1,yes,"', "false"),
    ],
)
def test_what_says_that_a_certificate_is_not_trusted_is_found(text: str, words: str) -> None:
    found = distrusted(text)
    assert found is not None
    assert found[1] == words
    assert f'"{words}" next to a certificate' in why_distrusted(found[1])


@pytest.mark.parametrize(
    "text",
    [
        "trusted: true\n",
        "There is no other, so\n",
        'ca0,yes,"',
        "# enabled since May, no remarks\n",
        "x-trusted: no one",
    ],
)
def test_other_remarks_do_not_say_so(text: str) -> None:
    assert distrusted(text) is None


def test_it_is_said_of_the_certificate_in_the_same_part() -> None:
    assert whose("\n\n[object]\nx-distrusted: true\n", 12) == (False, True)
    assert whose("\nenabled: no\n\nname: b\n", 1) == (True, False)
    assert whose("\nenabled: no\n", 1) == (True, True)
    assert whose('",no\nca1,yes,"', 1) == (True, False)
