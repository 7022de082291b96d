"""Files of many names that tell when they are executed: whoever starts a child in their directory may run them."""

from __future__ import annotations

import os
import textwrap
from pathlib import Path

MODULES = (
    "IPython", "_pytest", "comm", "cryptography", "filelock", "ipykernel", "ipykernel_launcher", "itables", "json",
    "jupyter_client", "jupyter_core", "jupyter_server", "logging", "matplotlib", "mcuaudit", "multiprocessing",
    "nbclient", "nbconvert", "nbformat", "numpy", "pandas", "papermill", "pickle", "pyarrow", "random", "rich",
    "sitecustomize", "tornado", "traitlets", "typer", "usercustomize", "zmq",
)  # fmt: skip
"""Modules that some child imports, or that Python itself looks for."""
CONFIGURATIONS = (
    "ipython_config.py", "ipython_kernel_config.py", "jupyter_config.py", "jupyter_lab_config.py",
    "jupyter_notebook_config.py", "jupyter_server_config.py", "profile_default/startup/00-first.py",
    "profile_default/ipython_config.py", "profile_default/ipython_kernel_config.py",
)  # fmt: skip
"""Files that IPython and Jupyter execute where they look for their settings."""
TEMPLATES = ("page.html.j2", "page/page.html.j2", "templates/page/page.html.j2", "base/display_priority.j2")
"""Templates of nbconvert, which run what stands in them."""
PACKAGES = ("jupyterlab", "jupyterlab_server", "jupyter_lsp", "notebook_shim")
"""Packages with a ``__main__``, as ``python -m`` runs them."""


def plant(directory: Path, witness: Path) -> int:
    """Write a file of every name; each leaves one in `witness` when it is executed. How many there are."""
    witness.mkdir(exist_ok=True)
    names = [f"{module}.py" for module in MODULES] + list(CONFIGURATIONS)
    names += [f"{package}/{name}.py" for package in PACKAGES for name in ("__init__", "__main__")]
    for name in names:
        _write(directory / name, _code(witness, name))
    for name in TEMPLATES:
        _write(directory / name, _TEMPLATE % os.fspath(witness / name.replace("/", "-")))
    _write(directory / "page" / "conf.json", '{"base_template": "page"}')
    return len(names) + len(TEMPLATES)


def executed(witness: Path) -> list[str]:
    """The names of the files that were executed."""
    return sorted(path.name for path in witness.iterdir())


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _code(witness: Path, name: str) -> str:
    return textwrap.dedent(f"""
        import os
        os.close(os.open(os.path.join({os.fspath(witness)!r}, {name.replace("/", "-")!r}), os.O_CREAT))
    """)


# A template can reach any module; this one opens a file by way of a global that every jinja2 environment has.
_TEMPLATE = "{%% set f = cycler.__init__.__globals__.__builtins__.open('%s', 'w') %%}planted"
