"""The commands `lab` and `app`: the workbench in JupyterLab, and as a page without code."""

import os
import secrets
import signal
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from casesim.cli.console import say
from casesim.cli.options import Shared, Switch
from casesim.dataset import load
from casesim.disk import write_file
from casesim.policy import Policy
from casesim.tables import CasesimError

# What a page of widgets has to ask of a kernel; nothing else reaches it, above all no code.
MESSAGES = ("comm_open", "comm_msg", "comm_close", "comm_info_request", "kernel_info_request")
# Nothing leaves this machine: JupyterLab would ask whether to fetch news, and its server look for newer versions. The
# settings below `labconfig` stand for it where people have said nothing else.
QUIET = (
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
)
# Seconds without a message from a closed tab after which its kernel ends, and how often that is looked at.
IDLE, LOOK = 120, 30


def lab(
    dataset: str | None = None,
    /,
    *,
    policy: Path | None = None,
    out: Path = Path("casesim-out"),
    shared: Shared = False,
    port: int = 8888,
    browser: Annotated[bool, Parameter(negative="--no-browser")] = True,
    debug: Annotated[bool, Switch] = False,
) -> int:
    """JupyterLab on the workbench notebook.

    Parameters
    ----------
    dataset
        A folder or zip of tables. Without it, the demo dataset.
    policy
        The policy as it is now (TOML, or a sys_properties export). Without it, the dataset's own properties.
    out
        The folder that the workbench's buttons write into.
    port
        Where it listens, on this machine alone. If it is taken, the next free one is used.
    browser
        Open a browser.
    debug
        Show the traceback of an error.
    """
    _refuse_without("jupyterlab", "lab")
    environment = _environment(dataset, policy, out, shared=shared)
    notebook = Path("workbench.ipynb")
    if not notebook.exists():
        # What is looked at in it stays in it.
        write_file(notebook, workbench_notebook().read_bytes(), shared=shared)
    own = [str(Path(__file__).parents[1] / "workbench" / "share")]
    given = filter(None, [environment.get("JUPYTER_CONFIG_PATH")])
    environment["JUPYTER_CONFIG_PATH"] = os.pathsep.join([*own, *given])
    flags = [*QUIET, *([] if browser else ["--no-browser"])]
    return _run(
        [sys.executable, "-m", "jupyterlab", str(notebook), "--ip=127.0.0.1", f"--port={port}", *flags], environment
    )


def app(
    dataset: str | None = None,
    /,
    *,
    policy: Path | None = None,
    out: Path = Path("casesim-out"),
    shared: Shared = False,
    port: int = 8866,
    browser: Annotated[bool, Parameter(negative="--no-browser")] = True,
    debug: Annotated[bool, Switch] = False,
) -> int:
    """The workbench as a web page: no code, this machine alone, behind a token.

    Parameters
    ----------
    dataset
        A folder or zip of tables. Without it, the demo dataset.
    policy
        The policy as it is now (TOML, or a sys_properties export). Without it, the dataset's own properties.
    out
        The folder that the workbench's buttons write into.
    port
        Where it listens, on this machine alone; 0 takes a free one.
    browser
        Open a browser.
    debug
        Show the traceback of an error.
    """
    _refuse_without("voila", "app")
    environment = _environment(dataset, policy, out, shared=shared)
    token = os.environ.get("JUPYTER_TOKEN") or secrets.token_urlsafe(24)
    port = port or _free_port()
    environment["JUPYTER_TOKEN"] = token
    share = str(Path(__file__).parents[1] / "workbench" / "share")
    environment["JUPYTER_PATH"] = os.pathsep.join([share, *filter(None, [os.environ.get("JUPYTER_PATH")])])
    say(f"The workbench: http://127.0.0.1:{port}/?token={token}\nStop it with Ctrl+C.")
    return _run([sys.executable, "-m", "voila", *_voila(port, browser=browser)], environment)


def _voila(port: int, *, browser: bool) -> list[str]:
    messages = "[" + ", ".join(f"'{each}'" for each in MESSAGES) + "]"
    return [
        str(workbench_notebook()),
        f"--port={port}",
        "--Voila.ip=127.0.0.1",
        "--Voila.auto_token=True",
        "--template=casesim",
        "--strip_sources=True",
        "--show_tracebacks=False",
        "--VoilaConfiguration.file_allowlist=[]",
        f"--MappingKernelManager.allowed_message_types={messages}",
        f"--MappingKernelManager.cull_idle_timeout={IDLE}",
        f"--MappingKernelManager.cull_interval={LOOK}",
        "--MappingKernelManager.cull_connected=False",
        *([] if browser else ["--no-browser"]),
    ]


def workbench_notebook() -> Path:
    """The notebook that the package ships, or the one of the checkout."""
    package = Path(__file__).parents[1]
    shipped = package / "demo" / "workbench.ipynb"
    return shipped if shipped.exists() else package.parent / "notebooks" / "00_workbench.ipynb"


def _refuse_without(module: str, command: str) -> None:
    if find_spec(module) is None:
        raise CasesimError(f"{command} needs {module}, which is not installed: pip install 'casesim[lab]'.")


def _environment(dataset: str | None, policy: Path | None, out: Path, *, shared: bool) -> dict[str, str]:
    """What the notebook reads; dataset and policy are looked at first, so that a fault is told here."""
    environment = {**os.environ, "CASESIM_OUT": str(out.absolute())}
    if shared:
        environment["CASESIM_SHARED"] = "1"
    if dataset is not None:
        load(dataset)
        environment["CASESIM_DATASET"] = str(Path(dataset).absolute())
    if policy is not None:
        Policy.read(policy)
        environment["CASESIM_POLICY"] = str(policy.absolute())
    return environment


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _run(command: list[str], environment: dict[str, str]) -> int:
    """Run until it ends or is interrupted; interrupting is the way to end it, and whoever ends us ends it too."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    process = subprocess.Popen(command, env=environment)  # noqa: S603 - the command is ours
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        return 0
