"""The shapes in which a certificate can hold a name, or fail to."""

from __future__ import annotations

import ipaddress


def is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def whole(*names: str) -> tuple[str, ...]:
    """All names in each form that a standard wants."""
    entries = [f"DNS:{name}" for name in names if ":" not in name] + [f"URI:sip:{bracketed(name)}" for name in names]
    return tuple(entries + [f"IP:{name}" for name in names if is_address(name)])


def bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name else name


SHAPES = ("whole", "dns", "uri", "ip", "none", "email", "port", "user", "sips", "https", "wildcard", "dot", "hidden",
          "other", "mixed")  # fmt: skip


def shaped(shape: str, names: tuple[str, ...]) -> tuple[str, ...] | None:
    """The subjectAltName of a certificate for these names in that shape; None is no subjectAltName."""
    name = names[0]
    host = bracketed(name)
    wildcard = name if is_address(name) else "*." + name.partition(".")[2]
    found: dict[str, tuple[str, ...] | None] = {
        "whole": whole(*names),
        "dns": tuple(f"DNS:{one}" for one in names),
        "uri": tuple(f"URI:sip:{bracketed(one)}" for one in names),
        "ip": tuple(f"IP:{one}" for one in names if is_address(one)) or ("IP:192.0.2.77",),
        "none": None,
        "email": ("email:someone@example.com",),
        "port": (f"URI:sip:{host}:5061",),
        "user": (f"URI:sip:alice@{host}",),
        "sips": (f"URI:sips:{host}",),
        "https": (f"URI:https://{host}/",),
        "wildcard": (f"DNS:{wildcard}",),
        "dot": (f"DNS:{name}.",),
        "hidden": ("URI:sip:elsewhere.example.com", *(f"DNS:{one}" for one in names)),
        "other": ("DNS:elsewhere.example.com",),
        "mixed": (*whole(name), f"URI:sip:{host}:5061"),
    }
    return found[shape]
