"""Whether a device has the service of a connection: the service itself, and the feature key that it needs."""

from __future__ import annotations

from typing import Final

from mcuaudit.devices.damage import FEATURES, doubt, lacking
from mcuaudit.devices.device import Device
from mcuaudit.devices.once import once
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionDefinition, ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.settings import TLS_FEATURES
from mcuaudit.domain.verdict import EXISTS, Verdict, not_applicable

_FEATURES: Final = frozenset(feature.casefold() for feature in TLS_FEATURES)
_TITLES: Final = {"services.https": "HTTPS", "services.sips_tcp": "SIP over TLS"}
_WEB: Final = CONNECTION_TABLE[ConnectionType.WEB_USER]
_ANSWERS: Final = {Outcome.PASS: Answer.YES, Outcome.NOT_APPLICABLE: Answer.NO, Outcome.OPEN: Answer.OPEN}


@once
def tls_feature(device: Device) -> Answer:
    """Whether the feature key for HTTPS and SIP over TLS is activated; open without a whole list of features."""
    features = device.names(FEATURES) or ()
    if any(feature.casefold() in _FEATURES for feature in features):
        return Answer.YES
    features_known = device.value(FEATURES) is not None and not device.setting(FEATURES).doubtful
    return Answer.NO if features_known else Answer.OPEN


@once
def service_exists(device: Device, definition: ConnectionDefinition) -> Verdict:
    """Whether the service is on and its feature key activated: pass, notApplicable with the reason, or open.

    It is open if the export does not say whether the service is on, or if the service or the feature keys cannot be
    read. Feature keys that are not in the export are assumed to be there. A connection that needs no service has none
    to lack.
    """
    if not definition.service:
        return EXISTS
    if device.is_on(definition.service) is Answer.NO:
        return not_applicable("service_off", f"The service {definition.service.removeprefix('services.')} is off.")
    if tls_feature(device) is Answer.NO:
        wanted = " or ".join(f'"{feature}"' for feature in TLS_FEATURES)
        return not_applicable("feature_missing", f"Neither feature key {wanted} is activated.")
    if device.is_on(definition.service) is Answer.OPEN:
        reason = f"The export does not say whether {_TITLES[definition.service]} is on at {device.device_id}."
        return lacking(device, definition.service, reason)
    features = doubt(device, FEATURES) if tls_feature(device) is Answer.OPEN else None
    return doubt(device, definition.service) or features or EXISTS


@once
def has_service(device: Device, connection_type: ConnectionType) -> Answer:
    """Whether the device has the service of this type of connection, as `service_exists` says."""
    return _ANSWERS[service_exists(device, CONNECTION_TABLE[connection_type]).outcome]


def https(device: Device) -> Answer:
    """Whether the device serves HTTPS."""
    return has_service(device, ConnectionType.WEB_USER)


def sip_tls(device: Device) -> Answer:
    """Whether the device serves SIP over TLS."""
    return has_service(device, ConnectionType.INCOMING_SIP)


@once
def with_https(device: Device) -> Device:
    """The device with HTTPS on and its feature key activated, for what holds whether it serves HTTPS or not."""
    return device.with_values({_WEB.service: "true", FEATURES: TLS_FEATURES[1]})
