"""Whether somebody looks on from a notebook."""

import sys


def in_notebook() -> bool:
    """Whether this process is a running Jupyter kernel; an import of the package says nothing."""
    application = sys.modules.get("ipykernel.kernelapp")
    return application is not None and bool(application.IPKernelApp.initialized())
