"""A real server on this machine alone, and a real browser that reports every fault and every request."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from casesim.synth import synth

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "out" / "screenshots"
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--hide-scrollbars"),
]
STARTS = 300
# `CASESIM_SLOWED=6`: the whole suite with a browser that computes six times as slowly as this machine could.
SLOWED = float(os.environ.get("CASESIM_SLOWED", "1"))
# Milliseconds after which a state will not come any more, however busy the machine; and more for a browser so slowed.
NEVER, EACH = 120_000, 10_000
# What the widgets' own bundles say when they are a version apart is no fault of the page. Nor is it that anywidget gave
# a script up for slow: all that it has to hear goes by another way, as the tests on slow machines show.
HARMLESS = re.compile(
    r"Unsatisfied version|No satisfying version|ResizeObserver loop|\[anywidget\] Failed to initialize model"
)


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(item.path).parent.name == "browser":
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Server:
    """One of casesim's own servers, in a process group of its own."""

    def __init__(self, command: str, folder: Path, dataset: Path) -> None:
        self.port, self.token, self.folder = free_port(), "test-token", folder
        environment = {**os.environ, "JUPYTER_TOKEN": self.token, "JUPYTER_CONFIG_DIR": str(folder / "config")}
        (folder / "config").mkdir()
        self.log = folder / f"{command}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "casesim.cli",
                    command,
                    str(dataset),
                    f"--port={self.port}",
                    "--no-browser",
                    "--kernels=100",
                    "--out",
                    str(folder / "out"),
                ],
                cwd=folder,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def wait(self) -> None:
        until = time.monotonic() + STARTS
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            if "The workbench: " not in self.log.read_text():  # the lab has run its notebook when it says so
                time.sleep(0.3)
                continue
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.3)
            else:
                return
        pytest.fail(f"the server did not start:\n{self.log.read_text()[-2000:]}")

    def stop(self) -> None:
        if self.process.poll() is not None:
            return
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)

    def status(self, path: str, *, token: bool = True, post: bool = False) -> int:
        headers = {"Authorization": f"token {self.token}"} if token else {}
        request = urllib.request.Request(self.url(path), headers=headers, method="POST" if post else "GET")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return 200 if not answer.url.split("?")[0].endswith("/login") else 403
        except urllib.error.HTTPError as fault:
            return fault.code


def serving(command: str, folder: Path, dataset: Path) -> Iterator[Server]:
    server = Server(command, folder, dataset)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def dataset(tmp_path_factory) -> Path:
    """A small one, so that a page is there in seconds."""
    folder = tmp_path_factory.mktemp("dataset") / "small"
    synth(folder, incidents=400, seed=7)
    return folder


@pytest.fixture(scope="module")
def app(tmp_path_factory, dataset):
    yield from serving("app", tmp_path_factory.mktemp("app"), dataset)


@pytest.fixture(scope="module")
def lab(tmp_path_factory, dataset):
    yield from serving("lab", tmp_path_factory.mktemp("lab"), dataset)


@pytest.fixture(scope="module")
def chromium():
    # Not for longer: while it is driven an event loop runs, which other tests would take for that of a kernel.
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: make test installs Debian's where it may")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def tab(chromium):
    """Opens pages; at the end none may have said an error or asked another machine for anything.

    slowed: how many times as slowly the page computes; begins: a script that runs before its own.
    """
    faults: list[str] = []
    opened = []

    def open_(url: str, width: int = 1400, height: int = 900, *, slowed: float = 1, begins: str = "", **context):
        view = chromium.new_context(viewport={"width": width, "height": height}, **context)
        rate = max(slowed, SLOWED)
        view.set_default_timeout(NEVER + EACH * rate)
        page = view.new_page()
        if rate > 1:
            view.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": rate})
        if begins:
            page.add_init_script(begins)
        page.on("console", lambda said: faults.append(said.text) if fault(said) else None)
        page.on("pageerror", lambda fault: faults.append(str(fault)) if not HARMLESS.search(str(fault)) else None)
        page.on("request", lambda asked: faults.append(asked.url) if outside(asked.url) else None)
        page.goto(url)
        opened.append(view)
        return page

    yield open_
    for view in opened:
        view.close()
    assert faults == []


def fault(said) -> bool:
    # A tab that closes asks for its kernel's end without the token; culling ends it then.
    closing = "/shutdown/" in (said.location or {}).get("url", "")
    return said.type == "error" and not closing and not HARMLESS.search(said.text)


def outside(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:", "about:"))


def drawn(page, threshold: int | None = None) -> None:
    """Wait until both charts are drawn as wide as there is room, and stand at a threshold if it is another than now."""
    page.wait_for_function(
        """threshold => {
          const [curve, weeks] = document.querySelectorAll('.cs-charts .js-plotly-plot');
          return [curve, weeks].every(each => each?.clientWidth && each._fullLayout?.width === each.clientWidth)
            && (!threshold || (curve.layout.shapes.some(each => each.label?.text.includes(`proposed ${threshold}:`))
              && weeks.layout.shapes.length === 2));
        }""",
        arg=threshold,
    )


def kernel_of(page) -> str:
    """The id of the kernel behind a page without code."""
    return page.evaluate("JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId")


def process_of(server: Server, kernel: str) -> psutil.Process:
    """The process that the server started for a kernel; its connection file is named after it."""
    [found] = [
        each
        for each in psutil.Process(server.process.pid).children(recursive=True)
        if any(f"kernel-{kernel}" in part for part in each.cmdline())
    ]
    return found


def shot(page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png")
