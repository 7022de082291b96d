"""One notebook becomes one page: papermill executes it, and nbconvert renders it with our own template."""

# These libraries have no annotations, and papermill does not declare its exports.
# mypy: disable-error-code="no-untyped-call, attr-defined"

from __future__ import annotations

import base64
import hashlib
import logging
import re
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from mcuaudit.errors import UsageError, not_allowed
from mcuaudit.report.html import LEFT_OUT, Html, escape, heading_id
from mcuaudit.report.kernel import (
    KERNEL_NAME,
    drop_kernel_of_thread,
    is_kernel_of_thread_given_up,
    kernel_of_thread,
)
from mcuaudit.system.slow_imports import uri_grammar_put_off
from mcuaudit.system.storage import storage_error
from mcuaudit.wording.visible import visible

with uri_grammar_put_off():
    import nbformat
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from nbconvert.exporters import TemplateExporter
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import NBClientEngine, papermill_engines
    from papermill.exceptions import PapermillExecutionError

ENGINE: Final = "mcuaudit"
_STYLES: Final = ("page.css", "parts.css")
_SCRIPTS: Final = ("shared.js", "tables.js", "downloads.js", "search.js")
_ANSI: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_ONE_PAGE: Final = threading.Lock()
"""Held while a page is made, as all threads have one exporter."""

# Without a handler, Python prints warnings of these libraries on the terminal.
for _library in ("papermill", "nbclient", "nbconvert", "traitlets", "jupyter_client"):
    logging.getLogger(_library).addHandler(logging.NullHandler())


class _KernelOfThread(NBClientEngine):
    """The engine of papermill, with a kernel that is already running."""

    @classmethod
    def execute_managed_notebook(  # type: ignore[override]
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        scratch: str | Path | None = None,
        seconds_per_cell: int | None = None,
        **_: Any,
    ) -> Any:
        """Run the cells in the kernel of this thread, whose directory is below `scratch`."""
        kernel = kernel_of_thread(scratch)
        log = logging.getLogger("papermill")
        client = PapermillNotebookClient(
            nb_man, km=kernel.manager, kernel_name=kernel_name, timeout=seconds_per_cell, log=log
        )
        client.kc = kernel.client
        return client.execute()


papermill_engines.register(ENGINE, _KernelOfThread)


@dataclass(frozen=True, slots=True)
class Job:
    """One page to make.

    Attributes:
        site: the site, or None for the fleet.
        notebook: the notebook to run.
        parameters: the values for its parameters cell.
        page: the HTML file to write.
        title: the title of the page.
        footer: the last line of the page, escaped HTML.
        scratch: the directory for the directory of the kernel; None for the system's directory of temporary files.
        seconds_per_cell: the longest time that a cell may run; None for any time.
    """

    site: str | None
    notebook: str
    parameters: Mapping[str, str]
    page: str
    title: str
    footer: str
    scratch: str | None = None
    seconds_per_cell: int | None = None


@dataclass(frozen=True, slots=True)
class JobResult:
    """The result of a job.

    Attributes:
        site: the site, or None for the fleet.
        seconds: how long it took.
        error: the error in words if the notebook failed.
        kernels_lost: how many kernels ended while they ran the notebook, and it was run again.
    """

    site: str | None
    seconds: float
    error: str | None = None
    kernels_lost: int = 0


def run_job(job: Job) -> JobResult:
    """Execute and render one notebook, in any thread or process; a failure is returned, not raised.

    A notebook whose kernel is lost is run once more, in another kernel.

    Raises:
        StorageError: the machine cannot write, which concerns the other reports too.
    """
    started = time.perf_counter()
    page = Path(job.page)
    lost = 0
    try:
        try:
            executed = _executed(job)
        except DeadKernelError:
            if is_kernel_of_thread_given_up():
                raise
            drop_kernel_of_thread()
            lost = 1
            executed = _executed(job)
        page.write_text(render(executed, job.title, job.footer), encoding="utf-8")
        page.with_suffix(".ipynb").unlink()
        error = None
    except Exception as caught:
        drop_kernel_of_thread()
        page.unlink(missing_ok=True)
        failure = storage_error(page, caught)
        if failure:
            raise failure from caught
        error = _in_words(caught, job.seconds_per_cell)
    return JobResult(job.site, time.perf_counter() - started, error, lost)


def _executed(job: Job) -> nbformat.NotebookNode:
    return execute(
        Path(job.notebook),
        job.parameters,
        Path(job.page).with_suffix(".ipynb"),
        scratch=job.scratch,
        seconds_per_cell=job.seconds_per_cell,
    )


def _in_words(error: Exception, seconds_per_cell: int | None) -> str:
    if isinstance(error, CellTimeoutError):
        return f"a cell of the notebook ran for more than {seconds_per_cell:,} seconds ([limits] seconds_per_cell)"
    if isinstance(error, PapermillExecutionError):
        return _ANSI.sub("", f"{error.ename}: {error.evalue}")
    return f"{type(error).__name__}: {error}"


def execute(
    notebook: str | Path,
    parameters: Mapping[str, str],
    output: str | Path,
    *,
    scratch: str | Path | None = None,
    seconds_per_cell: int | None = None,
) -> nbformat.NotebookNode:
    """Run `notebook` with `parameters`, and save the executed notebook at `output`, also after a failure.

    The directory of the kernel is below `scratch`. No cell runs longer than `seconds_per_cell`.

    Raises:
        UsageError: the notebook has no parameter of that name, or does not exist.
        PapermillExecutionError: a cell failed.
        CellTimeoutError: a cell ran too long.
    """
    check_parameters(notebook, parameters)
    executed: nbformat.NotebookNode = papermill.execute_notebook(
        _literal(notebook), _literal(output), dict(parameters), engine_name=ENGINE, kernel_name=KERNEL_NAME,
        language="python", progress_bar=False, request_save_on_cell_execute=False, scratch=scratch,
        seconds_per_cell=seconds_per_cell,
    )  # fmt: skip
    return executed


def _literal(path: str | Path) -> str:
    # papermill formats paths, and the name of a directory may contain braces.
    return str(path).replace("{", "{{").replace("}", "}}")


def check_parameters(notebook: str | Path, names: Iterable[str]) -> None:
    """Refuse a parameter that the notebook does not have; papermill only warns.

    Raises:
        UsageError: there is no such parameter; the message lists the parameters of the notebook.
    """
    notebook = Path(notebook)
    if not notebook.is_file():
        raise UsageError(f"There is no notebook {notebook}.")
    known = list(papermill.inspect_notebook(_literal(notebook)))
    for name in names:
        if name not in known:
            raise UsageError(not_allowed(f"{notebook.name}: unknown parameter", name, known))


def render(notebook: nbformat.NotebookNode, title: str, footer: str, own: str = "") -> str:
    """An executed notebook as one self-contained page: text and results, no code.

    `own`: the name of the style and script that the page has besides those of all pages.
    """
    notebook = _without_left_out(notebook)
    styles, scripts = ((*_STYLES, f"{own}.css"), (*_SCRIPTS, f"{own}.js")) if own else (_STYLES, _SCRIPTS)
    style = "".join(map(read_template, styles)) + running_title(title)
    script = "".join(map(read_template, scripts))
    page_resources = {
        "title": escape(title),
        "footer": footer,
        "style": style,
        "script": script,
        "content_security_policy": content_security_policy(style, script),
        "headings": _headings(notebook),
    }
    with _ONE_PAGE:
        page, _resources = _exporter().from_notebook_node(notebook, page_resources)
    return str(page)


@cache
def _exporter() -> TemplateExporter:
    """What makes a page of a notebook; its template is compiled once."""
    templates = resources.files("mcuaudit.report") / "templates"
    return TemplateExporter(
        template_name="page",
        # The whole path: nbconvert would prefer a file of that name in the working directory.
        template_file=str(templates / "page" / "page.html.j2"),
        extra_template_basedirs=[str(templates)],
        file_extension=".html",
        filters={"page_markdown": _markdown, "heading_id": heading_id},
    )


def running_title(title: str) -> str:
    """The style that puts the title at the top of each printed page, with every character written as its number."""
    words = "".join(f"\\{ord(character):x} " for character in visible(title))
    return f'@page {{ @top-left {{ content: "{words}"; }} }}\n'


def _without_left_out(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook without the sections that a page leaves out, each with its heading."""
    kept: list[nbformat.NotebookNode] = []
    for cell in notebook.cells:
        outputs = cell.get("outputs", ())
        if any(str(output.get("data", {}).get("text/html", "")).startswith(LEFT_OUT) for output in outputs):
            if kept and kept[-1].cell_type == "markdown" and kept[-1].source.startswith("## "):
                kept.pop()
            continue
        kept.append(cell)
    shown: nbformat.NotebookNode = nbformat.from_dict({**notebook, "cells": kept})
    return shown


def content_security_policy(style: str, script: str) -> str:
    """The content security policy of a page: its own style and script, by their digests, and pictures in it."""
    allowed = {"default-src": "'none'", "style-src": _source(style), "script-src": _source(script), "img-src": "data:",
               "base-uri": "'none'", "form-action": "'none'"}  # fmt: skip
    return "; ".join(f"{directive} {source}" for directive, source in allowed.items())


def _source(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def page_of(body: Html, title: str, footer: str, own: str = "") -> str:
    """A page with the same template that is not made from a notebook: the index, or the explorer; as `render`."""
    shown = nbformat.v4.new_output("display_data", {"text/html": str(body)})
    return render(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=[shown])]), title, footer, own)


def read_template(name: str) -> str:
    """A file of the template."""
    return resources.files("mcuaudit.report").joinpath("templates", "page", name).read_text(encoding="utf-8")


def _headings(notebook: nbformat.NotebookNode) -> list[str]:
    """The second-level headings of the notebook, for the contents of the page."""
    headings: list[str] = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and "notebook-only" not in cell.metadata.get("tags", []):
            headings += re.findall(r"^## +(.+?) *$", cell.source, flags=re.MULTILINE)
    return headings


def _markdown(source: str) -> str:
    html = MarkdownWithMath(renderer=IPythonRenderer(escape=True, exclude_anchor_links=True)).render(source)
    return re.sub(r"<h2[^>]*>(.*?)</h2>", lambda heading: f'<h2 id="{heading_id(heading[1])}">{heading[1]}</h2>', html)
