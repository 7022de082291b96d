"""A picture on a page, with its caption."""

from __future__ import annotations

from mcuaudit.report.html import Html, element


def figure(drawn: Html, caption: object, *, repeats: bool = False) -> Html:
    """A picture as wide as the page, and its caption. One that repeats a table is not printed."""
    return element("figure", drawn, element("figcaption", caption), class_="screen" if repeats else None)


def wide_figure(drawn: Html, caption: object, *, label: str, repeats: bool = False) -> Html:
    """A picture in its own size, in a frame that scrolls if the page is narrower.

    `label` is the name of the frame for screen readers, which reach it by keyboard.
    """
    frame = element("div", drawn, class_="pan", role="region", tabindex="0", aria_label=label)
    return figure(frame, caption, repeats=repeats)
