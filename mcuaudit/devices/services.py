"""Which services of a device are there: the service itself, and the feature key that it needs."""

from __future__ import annotations

from mcuaudit.devices.device import Device
from mcuaudit.domain.answer import Answer, answer, both
from mcuaudit.domain.settings import TLS_FEATURES

_FEATURES = frozenset(feature.casefold() for feature in TLS_FEATURES)


def tls_feature(device: Device) -> Answer:
    """Whether a feature key is activated that HTTPS and SIP over TLS need; open without a list of features."""
    features = device.names("device.features")
    return answer(None if features is None else any(feature.casefold() in _FEATURES for feature in features))


def https(device: Device) -> Answer:
    """Whether the device serves HTTPS."""
    return both(device.is_on("services.https"), tls_feature(device))


def sip_tls(device: Device) -> Answer:
    """Whether the device serves SIP over TLS."""
    return both(device.is_on("services.sips_tcp"), tls_feature(device))
