"""The controls of the explorer: filters, and forms for what is supposed. All are widgets of ipywidgets as they are."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.errors import UsageError
from mcuaudit.frames.containers import Audit
from mcuaudit.notebook.explorer_state import CHANGED, Filters
from mcuaudit.notebook.explorer_summary import heading
from mcuaudit.notebook.supposed import (
    Supposed,
    authority_choices,
    authority_supposed,
    certificate_supposed,
    names_presented,
    presenter_choices,
    setting_choices,
    setting_supposed,
    store_choices,
    value_choices,
)
from mcuaudit.report.pages import site_title
from mcuaudit.wording.phrases import CONNECTION_WORDS
from mcuaudit.wording.visible import visible

_ON_WHICH: Final = (
    "A setting and a CA are supposed on the chosen device, or on each device of the chosen site; else on all. "
    "Untick a change to remove it."
)
_ALL: Final = [("all", "")]
_STYLE: Final = {"description_width": "initial"}
_WIDE: Final = {"width": "auto", "flex": "1 1 11rem", "min_width": "0", "max_width": "100%"}
_IN_LINES: Final = {"display": "flex", "flex_flow": "row wrap", "align_items": "center"}


def check_widgets() -> None:
    """Refuse to go on without ipywidgets.

    Raises:
        UsageError: ipywidgets is not installed.
    """
    if importlib.util.find_spec("ipywidgets") is None:
        raise UsageError(
            'ipywidgets is not installed; run: pip install "mcuaudit[lab]", and start JupyterLab again. '
            "audit.explore(static=True) needs no widgets."
        )


@dataclass
class FilterControls:
    """Four lists: site, device, connection and outcome.

    Attributes:
        audit: the audit.
        changed: called when another filter is chosen.
        fields: the widgets by name: site, device_id, connection_type, outcome.
    """

    audit: Audit
    changed: Callable[[], None]
    fields: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        types = [(CONNECTION_TABLE[kind].title, kind.value) for kind in ConnectionType]
        outcomes = [(word, word) for word in (*CONNECTION_WORDS, CHANGED)]
        sites = [(site_title(self.audit, site), site) for site in self.audit.sites]
        for name, title, choices in (
            ("site", "Site", sites),
            ("device_id", "Device", self._devices("")),
            ("connection_type", "Connection", types),
            ("outcome", "Outcome", outcomes),
        ):
            self.fields[name] = dropdown(title, [*_ALL, *choices])
        self.fields["site"].observe(self._of_site, "value")
        for one in self.fields.values():
            one.observe(lambda _change: self.changed(), "value")

    @property
    def filters(self) -> Filters:
        """What is chosen."""
        return Filters(**{name: one.value for name, one in self.fields.items()})

    @property
    def box(self) -> Any:
        """The lists beside each other."""
        return line(list(self.fields.values()))

    def _devices(self, site: str) -> list[tuple[str, str]]:
        frame = self.audit.devices
        own = frame.loc[frame["site"] == site, "device_id"] if site else frame["device_id"]
        return [(visible(one), str(one)) for one in own]

    def _of_site(self, change: Any) -> None:
        """The devices of the chosen site alone; one of another site is not chosen any more."""
        devices = self.fields["device_id"]
        chosen = devices.value
        devices.options = [*_ALL, *self._devices(change["new"])]
        devices.value = chosen if chosen in {value for _, value in devices.options} else ""


@dataclass
class SupposedControls:
    """Three forms that suppose something, and a tick box for each thing that is supposed.

    Attributes:
        audit: the audit as it is.
        filters: what is chosen; settings and CAs are supposed on its site or device.
        changed: called when something is supposed, or not any more; False takes that back.
        failed: called with the error if what a form describes is not possible.
        fields: the widgets by name.
    """

    audit: Audit
    filters: Callable[[], Filters]
    changed: Callable[[], bool]
    failed: Callable[[BaseException], None]
    fields: dict[str, Any] = field(default_factory=dict)
    _listed: list[tuple[Supposed, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        from ipywidgets import HTML, VBox

        self._list = VBox([])
        forms = [*self._settings(), *self._authorities(), *self._certificates()]
        self.box = VBox([HTML(heading("What if", _ON_WHICH)), *forms, self._list])

    @property
    def supposed(self) -> list[Supposed]:
        """What is ticked."""
        return [one for one, tick in self._listed if tick.value]

    def _settings(self) -> list[Any]:
        settings = self._field("setting", "Setting", setting_choices())
        values = self._field("value", "Value", [(one, one) for one in value_choices(settings.value)])

        def of_setting(change: Any) -> None:
            values.options = [(one, one) for one in value_choices(change["new"])]

        settings.observe(of_setting, "value")

        def supposed() -> Supposed:
            chosen = self.filters()
            return setting_supposed(settings.value, values.value, chosen.devices, chosen.place)

        return [self._form("set", supposed, "Suppose this setting", settings, values)]

    def _authorities(self) -> list[Any]:
        choices = authority_choices(self.audit)
        if not choices:
            return []
        store = self._field("store", "Trust store", store_choices())
        authority = self._field("authority", "CA", choices)

        def supposed() -> Supposed:
            chosen = self.filters()
            return authority_supposed(self.audit, store.value, authority.value, chosen.devices, chosen.place)

        return [self._form("add", supposed, "Suppose this CA", store, authority)]

    def _certificates(self) -> list[Any]:
        from ipywidgets import Text

        whose = self._field("whose", "Certificate of", presenter_choices(self.audit))
        common_name = self.fields["cn"] = Text(description="CN", style=_STYLE, layout=_WIDE)
        names = self.fields["names"] = Text(description="subjectAltName", style=_STYLE, layout=_WIDE)
        issuers = [("itself", ""), *authority_choices(self.audit)]
        issuer = self._field("issuer", "Signed by", issuers)

        def of_presenter(_change: Any = None) -> None:
            common_name.value, names.value, issuer.value = names_presented(self.audit, whose.value)

        of_presenter()
        whose.observe(of_presenter, "value")
        return [self._form("replace",
                           lambda: certificate_supposed(whose.value, common_name.value, names.value, issuer.value),
                           "Suppose this certificate", whose, common_name, names, issuer)]  # fmt: skip

    def _field(self, name: str, title: str, choices: list[tuple[str, str]]) -> Any:
        self.fields[name] = dropdown(title, choices)
        return self.fields[name]

    def _form(self, name: str, supposed: Callable[[], Supposed], title: str, *fields: Any) -> Any:
        from ipywidgets import Button

        button = self.fields[name] = Button(description=title, layout={"width": "auto"})
        button.on_click(lambda _button: self._add(supposed))
        return line([*fields, button])

    def _add(self, supposed: Callable[[], Supposed]) -> None:
        from ipywidgets import Checkbox

        try:
            one = supposed()
        except Exception as error:  # noqa: BLE001 - a widget shows no traceback
            self.failed(error)
            return
        tick = Checkbox(value=True, description=visible(one.in_words), indent=False, layout={"width": "auto"})
        self._listed.append((one, tick))
        if not self.changed():
            self._listed.pop()
            return
        tick.observe(self._ticked, "value")
        self._list.children = [tick for _, tick in self._listed]

    def _ticked(self, change: Any) -> None:
        if not self.changed():
            change["owner"].value = change["old"]


def dropdown(title: str, choices: list[tuple[str, str]]) -> Any:
    """A list to choose from; nothing hides in a name of the export."""
    from ipywidgets import Dropdown

    shown = [(visible(words), value) for words, value in choices]
    return Dropdown(description=title, options=shown, style=_STYLE, layout=_WIDE)


def line(widgets: list[Any]) -> Any:
    """Widgets beside each other, in several lines where the notebook is narrow."""
    from ipywidgets import Box

    return Box(widgets, layout=_IN_LINES)
