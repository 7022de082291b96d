"""Methods that a later stage gives to an object of an earlier one, as accessors do for pandas' objects.

`Audit` belongs to the frames; the function that explains a verdict belongs to the summary, which uses the frames. The
later stage attaches its function when it is imported, and the public surface imports it. `mcuaudit/__init__.pyi`
declares the method.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

Function = TypeVar("Function", bound=Callable[..., object])
Showing = TypeVar("Showing", bound=Callable[[Any], str])


def method_of(owner: type, name: str) -> Callable[[Function], Function]:
    """Attach the decorated function to `owner` as the method `name`.

    Raises:
        TypeError: `owner` already has another attribute of that name.
    """

    def attach(function: Function) -> Function:
        present = owner.__dict__.get(name)
        if present is not None and getattr(present, "__qualname__", "") != function.__qualname__:
            raise TypeError(f"{owner.__name__} already has an attribute {name}")
        setattr(owner, name, function)
        return function

    return attach


_SHOWS: Final[dict[str, Callable[[Any], str]]] = {}
"""By the name of a class: what a notebook shows of an object."""


def shows(owner: str) -> Callable[[Showing], Showing]:
    """The decorated function makes the HTML of objects of the class of that name, which need not be imported yet."""

    def keep(function: Showing) -> Showing:
        _SHOWS[owner] = function
        return function

    return keep


def html_of(shown: object) -> str | None:
    """What a notebook shows of an object; None, for its text, if the stage of the notebooks is not imported."""
    function = _SHOWS.get(type(shown).__name__)
    return function(shown) if function else None
