"""HTML for the pages, and the one place where text is escaped.

`element` builds everything on a page. It escapes every value that is not `Html`, so a subject or a file name cannot
become markup. Characters that are invisible or change direction are written as ``\\u202e``.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable
from typing import Final

from mcuaudit.wording.visible import visible

PART: Final = '<div class="mcuaudit">'
"""How a part of a page begins."""
LEFT_OUT: Final = '<div class="mcuaudit left-out">'
"""How a part begins that JupyterLab shows and a page leaves out, with its heading."""
_VOID: Final = frozenset({"br", "img", "meta", "link", "source", "hr", "wbr"})


class Html(str):
    """Markup that is safe in a page as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return str(self)


def escape(value: object) -> Html:
    """`value` as HTML text; `Html` is returned unchanged."""
    return value if isinstance(value, Html) else Html(html.escape(visible(value), quote=True))


def join(children: Iterable[object], separator: object = "") -> Html:
    """All `children`, escaped if needed, with `separator` between them; None is left out."""
    return Html(escape(separator).join(escape(child) for child in children if child is not None))


def element(name: str, *children: object, **attributes: object) -> Html:
    """One element. An attribute that is None is left out; True gives an attribute without a value.

    A trailing underscore is dropped and the others become hyphens: ``class_``, ``aria_label``.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    start = f"<{name}{written}>"
    return Html(start) if name in _VOID else Html(f"{start}{join(children)}</{name}>")


def _attribute(key: str, value: object) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(value)}"'


def code(value: object) -> Html:
    """A name, address, file or id, in the font of code."""
    return element("code", value)


def small(*children: object) -> Html:
    """A second line, in small type."""
    return element("small", *children)


def link(target: str, *children: object) -> Html:
    """A link to an element of the same page."""
    return element("a", *children, href=f"#{target}")


def paragraph(*children: object, class_: str | None = None) -> Html:
    """One paragraph."""
    return element("p", *children, class_=class_)


def anchor(kind: str, key: str) -> str:
    """An id on the page: a digest, because characters in a name could break a link to it."""
    return f"{kind}-{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:10]}"


def heading_id(heading: str) -> str:
    """The id of a heading: its words in lower case, joined by hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", re.sub(r"<[^>]*>", "", heading).lower()))


def selectable(lines: Iterable[object]) -> Html:
    """Lines of plain text that are selected as a whole, to be copied."""
    return element("pre", join(lines, Html("\n")), class_="ticket", tabindex="0")


def folded(title: object, *children: object, class_: str | None = None, is_open: bool = False) -> Html:
    """A part that is closed until the reader opens it, unless it is open from the start.

    One of class screen is not printed.
    """
    return element("details", element("summary", title), *children, class_=class_, open=True if is_open else None)
