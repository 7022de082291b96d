"""Whether a device has a service: the service itself, and the feature key that it needs."""

from __future__ import annotations

from mcuaudit.devices.device import Device
from mcuaudit.domain.answer import Answer, both
from mcuaudit.domain.settings import TLS_FEATURES

_FEATURES = frozenset(feature.casefold() for feature in TLS_FEATURES)


def tls_feature(device: Device) -> Answer:
    """Whether the feature key for HTTPS and SIP over TLS is activated; open without a whole list of features."""
    features = device.names("device.features") or ()
    if any(feature.casefold() in _FEATURES for feature in features):
        return Answer.YES
    features_known = device.value("device.features") is not None and not device.setting("device.features").doubtful
    return Answer.NO if features_known else Answer.OPEN


def https(device: Device) -> Answer:
    """Whether the device serves HTTPS."""
    return both(device.is_on("services.https"), tls_feature(device))


def sip_tls(device: Device) -> Answer:
    """Whether the device serves SIP over TLS."""
    return both(device.is_on("services.sips_tcp"), tls_feature(device))
