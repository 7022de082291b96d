"""What a view is, and the register of all views: each is made when the first rule asks for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from mcuaudit.devices.device import Device
from mcuaudit.devices.models import another_model
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.records import devices_of
from mcuaudit.errors import McuAuditError
from mcuaudit.frames.containers import Audit, Fleet
from mcuaudit.frames.schema import FLEET_FRAMES, Column
from mcuaudit.identity import PresentedIdentifiers, prepare
from mcuaudit.policy.schema import Policy
from mcuaudit.predict.prediction import Prediction
from mcuaudit.rules.views.columns import Carried, carried
from mcuaudit.rules.views.restricted import DeviceRows
from mcuaudit.rules.views.scope import KEYS, Scope
from mcuaudit.rules.views.table import Table
from mcuaudit.rules.views.view_frame import ViewFrame


class ViewError(McuAuditError):
    """A view does not have the columns that it declares."""


@dataclass(frozen=True, slots=True)
class ViewSchema:
    """What a view holds.

    Attributes:
        name: the name by which rules name the view.
        one_row_per: what a row stands for.
        parts: the columns in order: those that it takes over, by their source, and those that it adds.
        columns: all of them, by name.
        scope: what decides about a row.
    """

    name: str
    one_row_per: str
    parts: tuple[Carried | Column, ...]
    columns: Mapping[str, Column]
    scope: Scope = Scope.DEVICE


class Views:
    """Makes each view once.

    Attributes:
        fleet: what was read.
        prediction: what was predicted.
        policy: the policy in force.
        baseline: the earlier audit with which this one is compared; None without one.
        only: the devices whose rows the views have, by device_id; None for all. It does for views of the scope device;
            a view of the site or of a store file has the right rows if all devices of these are among them.
        public: see `mcuaudit.rules.views.authorities`; None until it is asked for.
    """

    def __init__(
        self,
        fleet: Fleet,
        prediction: Prediction,
        policy: Policy | None = None,
        baseline: Audit | None = None,
        only: Collection[str] | None = None,
    ) -> None:
        self.only = None if only is None else frozenset(only)
        self._rows = None if only is None else DeviceRows(fleet, only)
        self.fleet = fleet
        self.prediction = prediction
        self.policy = policy or fleet.policy
        self.baseline = baseline
        self.public: frozenset[str] | None = None
        self._devices: dict[str, Device] = {}
        self._peers: dict[tuple[str, str], Peer] = {}
        self._identifiers: dict[str, PresentedIdentifiers] = {}
        self._sources: dict[str, Table] = {}
        self._tables: dict[str, Table] = {}
        self._frames: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._frames:
            self._frames[name] = self.table(name).frame()
        return self._frames[name]

    def on_demand(self, name: str) -> ViewFrame:
        """A view whose columns are made when they are read, for rules of mcuaudit."""
        table = self.table(name)
        return ViewFrame.of(table.names, table.rows, table.for_a_rule)

    def table(self, name: str) -> Table:
        """A view as a table, for other views that are made of it."""
        if name not in self._tables:
            schema = VIEW_SCHEMAS[name]
            self._tables[name] = as_declared(schema, self._in_order(schema.scope, _MAKERS[name](self)))
        return self._tables[name]

    def _in_order(self, scope: Scope, table: Table) -> Table:
        """The rows device by device, or file by file, so that those of one can be replaced."""
        if scope not in KEYS:
            return table
        keys = table[KEYS[scope]]
        if KEYS[scope] == "device_id":
            keys = [self._places[device_id] for device_id in keys]
        return table.at(sorted(range(table.rows), key=keys.__getitem__))

    @cached_property
    def _places(self) -> dict[str, int]:
        """The place of each device in the order of the fleet."""
        return {device_id: number for number, device_id in enumerate(self.source("devices")["device_id"])}

    def devices_of(self, table: Table) -> list[Device]:
        """The device of each row, by its device_id: what follows from its settings is asked of `mcuaudit.devices`."""
        known = self._all_devices()
        return [known[device_id] for device_id in table["device_id"]]

    def peers_of(self, table: Table) -> list[Peer]:
        """The peer of each row, by device_id and peer."""
        if not self._peers:
            every = self._all_devices().values()
            self._peers = {(device.device_id, peer.name): peer for device in every for peer in device.peers}
        return [self._peers[key] for key in table.each("device_id", "peer")]

    def names_in(self, certificate: str) -> PresentedIdentifiers:
        """The names in the certificate with that digest; each certificate is read once for all views."""
        if certificate not in self._identifiers:
            self._identifiers[certificate] = prepare(self.fleet.certificate_records[certificate])
        return self._identifiers[certificate]

    @cached_property
    def not_judged(self) -> frozenset[str]:
        """The devices of other models than MCUs, by device_id: rules about MCUs do not concern them."""
        return frozenset(device_id for device_id, device in self._all_devices().items() if another_model(device))

    def _all_devices(self) -> dict[str, Device]:
        if not self._devices:
            found = self.prediction.devices or devices_of(self.fleet)
            self._devices = {
                device.device_id: device for device in found if self.only is None or device.device_id in self.only
            }
        return self._devices

    def source(self, name: str) -> Table:
        """A frame of the fleet or of the prediction as a table."""
        if name not in self._sources:
            holder = self.fleet if name in FLEET_FRAMES else self.prediction
            frame: pd.DataFrame = getattr(holder, name)
            self._sources[name] = Table.of_frame(self._rows.of(name, frame) if self._rows else frame)
        return self._sources[name]


Maker = Callable[[Views], Table]
_MAKERS: dict[str, Maker] = {}
VIEW_SCHEMAS: dict[str, ViewSchema] = {}
"""Every view by its name."""


def view(one_row_per: str, *parts: Carried | Column, scope: Scope = Scope.DEVICE) -> Callable[[Maker], Maker]:
    """Register the decorated function as the maker of the view of its name.

    Args:
        one_row_per: what a row stands for.
        parts: the columns: `of_frame` and `of_view` for those that it takes over, and each that it adds.
        scope: what decides about a row. A view of a scope is made from views of the scope device, or of its own.

    Raises:
        ViewError: two columns have the same name.
    """

    def register(maker: Maker) -> Maker:
        name = maker.__name__
        declared = [column for part in parts for column in (part.columns if isinstance(part, Carried) else (part,))]
        columns = {column.name: column for column in declared}
        if len(columns) < len(declared):
            twice = sorted({item.name for item in declared if declared.count(item) > 1 or columns[item.name] != item})
            raise ViewError(f"the view {name} declares twice: {', '.join(twice)}")
        _MAKERS[name] = maker
        VIEW_SCHEMAS[name] = ViewSchema(name, one_row_per, parts, columns, scope)
        return maker

    return register


def of_view(maker: Maker, *only: str, without: tuple[str, ...] = (), optional: bool = False) -> Carried:
    """The columns of another view, by its maker; see `mcuaudit.rules.views.columns.carried`."""
    schema = VIEW_SCHEMAS[maker.__name__]
    return carried(schema.name, "view", schema.columns.values(), only, without, optional=optional)


def as_declared(schema: ViewSchema, table: Table) -> Table:
    """`table` with its columns in the declared order, each an array of the declared dtype once it is asked for.

    Raises:
        ViewError: a column is not declared, or a declared one is not there.
    """
    differing = set(schema.columns).symmetric_difference(table.names)
    if differing:
        raise ViewError(
            f"the view {schema.name} differs from its declaration in the columns {', '.join(sorted(differing))}"
        )
    return table.declared(schema.columns)


def judged(table: Table, *columns: str) -> Table:
    """`table` with the column `judged`: the subject of each row in words, of these columns."""
    return table.adding(judged=[" ".join("" if word is None else word for word in row) for row in table.each(*columns)])
