"""Kernels that are forked from a warm parent, where the system can: to start one takes a fifth of the time.

This is a provisioner of jupyter_client: it starts the process of a kernel; all else is as with other kernels.
"""

from __future__ import annotations

import os
import signal
import sys
from functools import cache
from typing import Any, Final, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from mcuaudit.report.warm_parents import umask, warm_fork

PROVISIONER: Final = "mcuaudit-forked"
"""The name of the entry point."""


@cache
def can_fork() -> bool:
    """Whether this package is installed, and the system has handles of processes, whose ids are used again.

    Its `/proc` is needed too, where the umask stands.
    """
    if sys.platform != "linux" or PROVISIONER not in KernelProvisionerFactory.instance().provisioners:
        return False
    try:
        umask()
        handle = os.pidfd_open(os.getpid())
    except (AttributeError, OSError):
        return False
    try:
        signal.pidfd_send_signal(handle, 0)
    except (AttributeError, OSError):
        return False
    finally:
        os.close(handle)
    return True


class ForkedProvisioner(LocalProvisioner):
    """Starts kernels as forks of the warm parent of this process."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel; its arguments follow the name of the module in the command."""
        arguments = cmd[cmd.index("ipykernel_launcher") :]
        forked = warm_fork(
            arguments, kwargs["cwd"], kwargs["env"], str(kwargs["stdout"].name), cast("Any", self.parent).given_up
        )
        self.process = cast("Any", forked)
        # Its own session, in which what it starts is too.
        self.pid = self.pgid = forked.pid
        return self.connection_info

    async def send_signal(self, signum: int) -> None:
        """Send it to the kernel and what it started; not when it has ended, as its number may be another's then."""
        if self.process is not None and self.process.poll() is None:
            await super().send_signal(signum)
