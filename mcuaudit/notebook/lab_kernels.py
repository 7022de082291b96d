"""The kernels of `mcuaudit lab`: the Python that runs mcuaudit, without imports from the folder of a notebook."""

from __future__ import annotations

from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpec, KernelSpecManager

from mcuaudit.report.kernel import this_python


class LabKernels(KernelSpecManager):
    """All kernels that are installed; the one named python3 is the running interpreter, with a safe import path."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The kernel of that name."""
        return this_python() if kernel_name == NATIVE_KERNEL_NAME else super().get_kernel_spec(kernel_name)
