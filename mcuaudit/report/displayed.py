"""HTML as a notebook displays it: with its style, in JupyterLab's light or dark theme, and in files of nbconvert.

A page has one style sheet and follows the desktop. A notebook has neither: each displayed object brings the style of
the parts, stronger than that of JupyterLab, and follows the theme of JupyterLab.
"""

from __future__ import annotations

import os
import re
from functools import cache
from importlib import resources
from typing import Final

from mcuaudit.report.figures.drawing import DARK_SCREEN
from mcuaudit.report.html import LEFT_OUT, PART, Html, element, join

FOR_PAGE: Final = "MCUAUDIT_FOR_PAGE"
"""Set in the kernels that run notebooks for pages, which have the style already."""
_CLASS: Final = ".mcuaudit"
_STRONG: Final = f"{_CLASS}:not(#_)"
"""The same elements, with the weight of an id, which no rule of JupyterLab has."""
_DARK: Final = ':is(body[data-jp-theme-light="false"], body.vscode-dark)'
_DARK_RULES: Final = re.compile(r"@media \(prefers-color-scheme: dark\) \{((?:[^{}]*\{[^{}]*\})*)\s*\}")
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_PICTURE: Final = re.compile(r"<picture>(.*?)(<img [^>]*>)</picture>", re.DOTALL)
_DARK_SOURCE: Final = re.compile(rf'<source srcset="([^"]*)" media="{re.escape(DARK_SCREEN)}">')
# What JupyterLab sets for tables, lists and headings ends here; drawings keep their attributes.
_RESET: Final = f"{_CLASS}, {_CLASS} :where(:not(svg, svg *)) {{ all: revert; box-sizing: border-box; }}"
# A page is as wide as the window, a cell is not: captions stay in sight within it.
_OWN: Final = f"""
{_CLASS} {{ color-scheme: light; }}
{_CLASS} {{ container-type: inline-size; }}
{_CLASS} caption span {{ max-width: min(75rem, 100cqw - 1rem); }}
{_CLASS} table {{ color: inherit; }}
{_CLASS} figure img.in-dark {{ display: none; }}
@media (prefers-color-scheme: dark) {{
{_CLASS} {{ color-scheme: dark; }}
{_CLASS} figure img.in-light {{ display: none; }}
{_CLASS} figure img.in-dark {{ display: block; }}
}}
"""


def displayed(html: Html, *, left_out: bool = False) -> Html:
    """`html` for the output of a cell: on a page as it is, in a notebook with its style.

    `left_out`: a page has neither this part nor its heading.
    """
    body = Html(f"{LEFT_OUT if left_out else PART}{html}</div>")
    if os.environ.get(FOR_PAGE):
        return body
    return join((element("style", Html(notebook_style())), Html(_PICTURE.sub(_of_both_themes, body))))


def part_style() -> str:
    """The style of the parts, as pages have it."""
    return resources.files("mcuaudit.report").joinpath("templates/page/parts.css").read_text(encoding="utf-8")


@cache
def notebook_style() -> str:
    """The style of the parts for notebooks: stronger than JupyterLab's rules, and dark where JupyterLab is."""
    rules = _COMMENT.sub("", f"{_RESET}{part_style()}{_OWN}")
    themed = _DARK_RULES.sub(lambda found: found[1].replace(_CLASS, f"{_DARK} {_CLASS}"), rules)
    strong = re.sub(rf"{re.escape(_CLASS)}(?![\w-])", _STRONG, themed)
    return re.sub(r"\s*\n\s*", "\n", strong).strip()


def _of_both_themes(found: re.Match[str]) -> str:
    """Two images in place of a picture whose sources follow the desktop: the style shows the one of the theme."""
    image, dark = found[2], _DARK_SOURCE.search(found[1])
    if dark is None:
        return found[0]
    return _with_class(image, "in-light") + _with_class(re.sub(r'src="[^"]*"', f'src="{dark[1]}"', image), "in-dark")


def _with_class(image: str, name: str) -> str:
    marked = image.replace('class="', f'class="{name} ')
    return marked if marked != image else image.replace("<img ", f'<img class="{name}" ')
