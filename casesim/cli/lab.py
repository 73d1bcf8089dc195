"""The commands `lab` and `app`: the workbench in JupyterLab, and as a page without code."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from casesim.cli.console import say
from casesim.cli.options import Shared, Switch
from casesim.dataset import load
from casesim.policy import Policy
from casesim.tables import CasesimError

# Nothing leaves this machine: JupyterLab would ask whether to fetch news, and its server look for newer versions. The
# settings below `labconfig` stand for it where people have said nothing else.
QUIET = (
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
)
# A page that is closed ends its kernel itself. Culling is for what a browser that died left behind: a page that is open
# but asleep, its connection lost, has a day to come back to its kernel. Seconds, and how often they are looked at.
IDLE, LOOK = 24 * 60 * 60, 300
# Seconds that a server has to end its kernels before it is ended itself.
ENDS = 20
# Of both servers: a cookie goes along only where our own page asks, and there are only so many kernels.
BOTH = ("--IdentityProvider.cookie_options=samesite=Strict", "--Application.log_level=WARN")


def lab(
    dataset: str | None = None,
    /,
    *,
    policy: Path | None = None,
    out: Path = Path("casesim-out"),
    shared: Shared = False,
    port: int = 8888,
    browser: Annotated[bool, Parameter(negative="--no-browser")] = True,
    kernels: Annotated[int, Parameter(validator=Number(gte=1, lte=1000))] = 8,
    debug: Annotated[bool, Switch] = False,
) -> int:
    """JupyterLab on the workbench notebook, run on the data. The notebook is a copy and goes when this ends.

    Parameters
    ----------
    dataset
        A folder or zip of tables. Without it, the demo dataset.
    policy
        The policy as it is now (TOML, or a sys_properties export). Without it, the dataset's own properties.
    out
        The folder that the workbench's buttons write into.
    port
        Where it listens, on this machine alone; 0 takes a free one. If it is taken, the next free one is used.
    browser
        Open a browser.
    kernels
        How many may be open at once: each holds the dataset in a process of its own.
    debug
        Show the traceback of an error.
    """
    _refuse_without("jupyterlab", "lab")
    environment = _environment(dataset, policy, out, shared=shared)
    environment["JUPYTER_TOKEN"] = os.environ.get("JUPYTER_TOKEN") or secrets.token_urlsafe(24)
    if browser:
        environment["CASESIM_BROWSER"] = "1"
    own = [str(Path(__file__).parents[1] / "workbench" / "share")]
    given = filter(None, [environment.get("JUPYTER_CONFIG_PATH")])
    environment["JUPYTER_CONFIG_PATH"] = os.pathsep.join([*own, *given])
    # A folder of its own: nothing is left in the current one, and nothing of it is served.
    with tempfile.TemporaryDirectory(prefix="casesim-lab-") as folder:
        shutil.copyfile(workbench_notebook(), Path(folder) / "workbench.ipynb")
        flags = _jupyterlab(folder, port or _free_port(), kernels)
        return _run([sys.executable, "-m", "jupyterlab", *flags], environment)


def _jupyterlab(folder: str, port: int, kernels: int) -> list[str]:
    return [
        f"--ServerApp.root_dir={folder}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.jpserver_extensions=casesim.cli.opened=True",
        "--ServerApp.kernel_manager_class=casesim.cli.gate.Kernels",
        "--ServerApp.tornado_settings={'xsrf_cookie_kwargs': {'samesite': 'Strict'}}",
        # Jupyter refuses root, who on a machine of many users would serve them all. This one is behind a token, for
        # this machine alone, and may do no more than the command that started it.
        "--ServerApp.allow_root=True",
        f"--Kernels.most={kernels}",
        "--no-browser",
        *BOTH,
        *QUIET,
    ]


def app(
    dataset: str | None = None,
    /,
    *,
    policy: Path | None = None,
    out: Path = Path("casesim-out"),
    shared: Shared = False,
    port: int = 8866,
    browser: Annotated[bool, Parameter(negative="--no-browser")] = True,
    kernels: Annotated[int, Parameter(validator=Number(gte=1, lte=1000))] = 8,
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
    kernels
        How many may be open at once: each holds the dataset in a process of its own.
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
    return _run([sys.executable, "-m", "casesim.cli.page", *_voila(port, kernels, browser=browser)], environment)


def _voila(port: int, kernels: int, *, browser: bool) -> list[str]:
    return [
        str(workbench_notebook()),
        f"--port={port}",
        "--Voila.ip=127.0.0.1",
        "--Voila.auto_token=True",
        "--template=casesim",
        "--strip_sources=True",
        "--show_tracebacks=False",
        "--VoilaConfiguration.file_allowlist=[]",
        "--VoilaConfiguration.multi_kernel_manager_class=casesim.cli.gate.Kernels",
        f"--Kernels.most={kernels}",
        f"--MappingKernelManager.cull_idle_timeout={IDLE}",
        f"--MappingKernelManager.cull_interval={LOOK}",
        "--MappingKernelManager.cull_connected=False",
        *([] if browser else ["--no-browser"]),
        *BOTH,
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
    """Run a server until it ends, or until we are told to: then it is ended first.

    In a group of its own, Ctrl+C comes to us alone, and the server does not ask in the terminal whether it is meant.
    """
    with subprocess.Popen(  # noqa: S603 - the command is ours
        command, env=environment, stdin=subprocess.DEVNULL, process_group=0
    ) as process:
        try:
            return process.wait()
        finally:
            process.terminate()
            try:
                process.wait(ENDS)
            except subprocess.TimeoutExpired:
                process.kill()
