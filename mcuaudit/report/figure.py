"""A picture on a page, with its caption."""

from __future__ import annotations

from mcuaudit.report.html import Html, element


def figure(drawn: Html, caption: object) -> Html:
    """A picture as wide as the page, and its caption."""
    return element("figure", drawn, element("figcaption", caption))


def wide_figure(drawn: Html, caption: object, *, label: str) -> Html:
    """A picture in its own size, in a frame that scrolls if the page is narrower.

    `label` is the name of the frame for screen readers, which reach it by keyboard.
    """
    frame = element("div", drawn, class_="pan", role="region", tabindex="0", aria_label=label)
    return figure(frame, caption)
