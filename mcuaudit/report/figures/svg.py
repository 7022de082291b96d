"""The SVG of matplotlib, made smaller: a page contains each picture twice, and must pass mail gateways."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

_FONTS: Final = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif'
_OWN_FONT: Final = "font-family: 'DejaVu Sans'; "
_TAG: Final = re.compile(r"<[^>]*>")
_LONG_NUMBER: Final = re.compile(r"(\d+\.\d\d)\d+")
_NO_TURN: Final = re.compile(r' transform="rotate\(-0 [^)]*\)"')
_STYLE: Final = re.compile(r' style="([^"]*)"')
_GROUP: Final = re.compile(r'<g id="[a-z0-9_]+">\n(<(?:text|path)\b[^>]*(?:/>|>[^<]*</text>))\n</g>')


def coloured(svg: str, colours: Mapping[str, str]) -> str:
    """The drawing with other colours; a label that is written as a colour stays."""
    found = re.compile("|".join(map(re.escape, colours)))
    return _TAG.sub(lambda tag: found.sub(lambda colour: colours[colour[0]], tag[0]), svg)


def lightened(svg: str) -> str:
    """The drawing in the fonts of the page, with repeated styles as classes; labels stay as they are."""
    svg = _TAG.sub(lambda tag: _short_tag(tag[0]), re.sub(r"\s*\n\s*", "\n", svg))
    svg = _GROUP.sub(r"\1", svg)
    frequent = Counter(style for tag in _TAG.findall(svg) for style in _STYLE.findall(tag))
    names = {style: f"s{number}" for number, (style, count) in enumerate(frequent.most_common()) if count > 2}
    svg = _TAG.sub(lambda tag: _STYLE.sub(lambda style: _named(style, names), tag[0]), svg)
    rules = "".join(f".{name} {{ {style} }}" for style, name in names.items())
    return svg.replace("<defs>", f"<style>text {{ font-family: {_FONTS} }}{rules}</style><defs>", 1)


def _short_tag(tag: str) -> str:
    return _LONG_NUMBER.sub(r"\1", _NO_TURN.sub("", tag.replace(_OWN_FONT, "")))


def _named(style: re.Match[str], names: dict[str, str]) -> str:
    name = names.get(style[1])
    return f' class="{name}"' if name else style[0]
