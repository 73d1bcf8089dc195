"""`python -m benchmarks.slider_browser`: from a key on the slider to the picture, in headless Chromium, at two sizes.

The page is that of `casesim app`. A move is over in the frame in which sentence, tile and curve all show the new
threshold. Alone: a second after the move before, as somebody who looks; burst: as fast as a held key repeats.
"""

import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks.data import dataset

TOKEN = "benchmark"
MOVES = 40
SIZES = (10_000, 1_000_000)
# Milliseconds between the keys of a burst: a held key's usual rate.
REPEAT = 33
# Times each key until verdict and curve have both changed, looked at once a frame.
WATCH = """() => {
  const shown = () => [
    document.querySelector('.cs-verdict').textContent, document.querySelector('.cs-tiles').textContent,
    [...document.querySelectorAll('.cs-charts .shape-label')].map(e => e.textContent).join(),
  ];
  window.times = [];
  document.addEventListener('keydown', () => {
    const before = shown(), began = performance.now();
    const look = () => {
      const after = shown();
      if (before.every((each, at) => each !== after[at])) window.times.push(performance.now() - began);
      else if (performance.now() - began < 5000) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, true);
}"""


def main() -> None:
    chromium = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)
    if chromium is None:
        print("No Chromium on this machine: nothing measured.")
        return
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for incidents in [int(size) for size in sys.argv[1:]] or SIZES:
            with served(dataset("telecom", incidents)) as address:
                page = browser.new_page(viewport={"width": 1400, "height": 900})
                page.goto(address)
                page.wait_for_selector(".cs-verdict", timeout=120_000)
                page.wait_for_timeout(10_000)
                alone = moves(page, 1_000)
                burst = moves(page, REPEAT)
                print(f"{incidents:>9,} incidents: {said(alone)} alone, {said(burst)} in a burst")
                page.close()
        browser.close()


def moves(page: Any, pause: int) -> list[float]:
    """Milliseconds of each move to the right, so many apart."""
    page.keyboard.press("Alt+r")
    page.wait_for_timeout(5_000)
    page.evaluate(WATCH)
    page.locator(".noUi-handle").first.focus()
    page.wait_for_timeout(500)
    for _ in range(MOVES):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(pause)
    page.wait_for_timeout(5_000)
    found: list[float] = page.evaluate("window.times")
    return found


def said(times: list[float]) -> str:
    return f"median {statistics.median(times):.0f} ms, slowest {max(times):.0f} ms of {len(times)}"


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """`casesim app` on a dataset; its address while it runs."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [sys.executable, "-m", "casesim.cli", "app", str(folder), f"--port={port}", "--no-browser"]
    with tempfile.TemporaryDirectory() as scratch:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
        # A group of its own, so that the server that the command starts ends with it.
        quiet["start_new_session"] = True
        server = subprocess.Popen(command, cwd=scratch, env={**os.environ, "JUPYTER_TOKEN": TOKEN}, **quiet)
        try:
            for _ in range(600):
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    time.sleep(0.2)
            yield f"http://127.0.0.1:{port}/?token={TOKEN}"
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait(20)


if __name__ == "__main__":
    main()
