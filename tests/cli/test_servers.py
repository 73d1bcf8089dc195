"""The servers of `lab` and `app` as they run: whom they answer to, how much they start, and what they leave behind."""

import asyncio
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from casesim.synth import synth
from tests.cli.sockets import PROTOCOL, packed, unpacked

pytestmark = pytest.mark.slow
TOKEN = {"Authorization": "token secret"}
MOST = 2


class Running:
    """One of the two commands, in an empty folder of its own."""

    def __init__(self, command: str, folder: Path, dataset: Path) -> None:
        self.here = folder / "here"
        self.here.mkdir()
        for each in ("tmp", "config", "runtime"):
            (folder / each).mkdir()
        self.scratch = folder / "tmp"
        words = [
            command,
            str(dataset),
            "--no-browser",
            "--port",
            "0",
            "--kernels",
            str(MOST),
            "--out",
            str(folder / "out"),
        ]
        ours = {"JUPYTER_TOKEN": "secret", "TMPDIR": str(self.scratch), "JUPYTER_CONFIG_DIR": str(folder / "config")}
        self.log = (folder / "log").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "casesim.cli", *words],
            cwd=self.here,
            env={**os.environ, **ours, "JUPYTER_RUNTIME_DIR": str(folder / "runtime")},
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().removeprefix("The workbench: ").strip()
        found = re.match(r"http://127\.0\.0\.1:(\d+)/", self.address)
        assert found, Path(self.log.name).read_text()
        self.port = int(found[1])

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, str, dict[str, str]]:
        """Status, text and headers of an answer; it is waited for, as a server may take its time to begin."""
        for _ in range(600):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
            try:
                connection.putrequest(method, path, skip_host="Host" in headers)
                for name, value in {**TOKEN, **headers}.items():
                    connection.putheader(name, value)
                connection.endheaders()
                answer = connection.getresponse()
                return answer.status, answer.read().decode("utf-8", "replace"), dict(answer.getheaders())
            except (http.client.RemoteDisconnected, ConnectionResetError):
                return 400, "hung up on", {}  # as it does on what is no request at all
            except ConnectionRefusedError:
                assert self.process.poll() is None, Path(self.log.name).read_text()
                time.sleep(0.1)
            finally:
                connection.close()
        return pytest.fail("nobody listens")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "small"
    synth(folder, incidents=20, seed=7, history=False)
    return folder


@pytest.fixture(scope="module")
def app(tmp_path_factory, dataset):
    running = Running("app", tmp_path_factory.mktemp("page"), dataset)
    yield running
    running.stop()


PAGE = re.compile(r'"kernelId": "([0-9a-f-]+)"')


def kernel_of(page: str) -> str:
    found = PAGE.search(page)
    assert found, page[:2_000]
    return found[1]


ELSEWHERE = [
    "example.com",
    "127.0.0.1.example.com",
    "localhost.example.com:80",
    "0.0.0.0",
    "127.0.0.2",
    "",
    "@localhost",
]


@pytest.mark.parametrize("command", ["app", "lab"])
def test_a_server_from_its_first_line_to_its_end(tmp_path, dataset, command):
    server = Running(command, tmp_path, dataset)
    try:
        # What is printed leads to the workbench, by the token in it.
        path = "/" + server.address.split("/", 3)[3]
        status, page, headers = server.ask(path, Authorization="")
        assert status == 200, page
        cookies = headers.get("Set-Cookie", "")
        assert cookies.count("SameSite=Strict") >= 1, headers
        assert server.ask(path.split("?")[0], Authorization="token other")[0] in {302, 403}
        for host in ELSEWHERE:
            for where in ("/", "/voila/static/voila.js", "/lab", "/api", "/static/favicon.ico"):
                assert server.ask(where, Host=host)[0] in {400, 403}, (host, where)
        assert server.ask(path, Host=f"localhost:{server.port}")[0] in {200, 503}
        if command == "lab":
            # It has been run: the workbench is there, and the kernel that holds it.
            content = json.loads(server.ask("/api/contents/workbench.ipynb")[1])["content"]
            outputs = content["cells"][0]["outputs"]
            assert any("application/vnd.jupyter.widget-view+json" in each.get("data", {}) for each in outputs), outputs
            assert "on small" in json.dumps(outputs)
            assert [each["path"] for each in json.loads(server.ask("/api/sessions")[1])] == ["workbench.ipynb"]
        assert list(server.here.iterdir()) == []
    finally:
        code = server.stop()
    assert code == 143
    assert Path(server.log.name).read_text().splitlines()[-1] == "Stopped. Nothing was kept."
    assert list(server.here.iterdir()) == []
    assert not [each for each in server.scratch.iterdir() if each.name.startswith("casesim-lab")]
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection("127.0.0.1", server.port).connect()


METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "ODD")
NOBODY = "00000000-0000-0000-0000-000000000000"
ODD = [
    *(
        "/x",
        "/%00",
        "//",
        "/%ff",
        "/..%2f..%2fetc/passwd",
        "/../../etc/passwd",
        "/logout",
        "/login?next=%00",
        "/favicon.ico",
    ),
    *(f"/voila/{each}" for each in ("static/", "static/%00", "static/../../x", "templates/", "templates/x", "files/x")),
    *(
        "/voila/templates/lab/x",
        "/voila/templates/casesim/static/%00",
        "/voila/templates/x/static/y",
        "/voila/api/themes/x",
    ),
    *("/voila/api/shutdown/", "/voila/api/shutdown/%00", f"/voila/api/shutdown/{NOBODY}", "/voila/labextensions/%00"),
    *("/api/kernels/x", f"/api/kernels/{NOBODY}", f"/api/kernels/{NOBODY}/channels", "/voila/labextensions/x/y"),
]


def test_nothing_odd_is_a_fault_of_the_server(app):
    for path in ODD:
        for method in METHODS:
            status, text, _ = app.ask(path, method)
            assert 200 <= status < 500, (method, path, status, text[:200])
            assert "Traceback" not in text
    for name, value in (
        ("Cookie", "x" * 100_000),
        ("Authorization", "token \xff"),
        ("Content-Length", "x"),
        ("Range", "x"),
    ):
        assert app.ask("/login", **{name: value})[0] < 500, name


def test_no_more_kernels_than_allowed_and_no_message_but_those_of_widgets(app):
    kernel = kernel_of(app.ask("/")[1])
    while (found := app.ask("/"))[0] == 200:
        pass
    assert found[0] == 503
    assert f"{MOST} workbenches are open" in found[1]

    async def talk() -> list[dict[str, object]]:
        url = f"ws://127.0.0.1:{app.port}/api/kernels/{kernel}/channels"
        with pytest.raises(HTTPClientError, match="400"):
            await websocket_connect(HTTPRequest(url, headers=TOKEN))
        socket = await websocket_connect(HTTPRequest(url, headers=TOKEN), subprotocols=[PROTOCOL])
        answers = []
        for channel, kind, content in (
            ("control", "shutdown_request", {"restart": False}),
            ("shell", "shutdown_request", {"restart": False}),
            ("control", "interrupt_request", {}),
            ("shell", "execute_request", {"code": "1/0", "silent": False}),
            ("shell", "complete_request", {"code": "im", "cursor_pos": 2}),
            ("stdin", "input_reply", {"value": "x"}),
            ("shell", "kernel_info_request", {}),
        ):
            await socket.write_message(packed(channel, kind, content), binary=True)
        while not answers or answers[-1]["msg_type"] != "kernel_info_reply":
            message = await asyncio.wait_for(socket.read_message(), 120)
            assert isinstance(message, bytes)
            answers.append(unpacked(message))
        # What is no message ends the talk, and not the server.
        await socket.write_message("{")
        socket.close()
        return answers

    kinds = {str(answer["msg_type"]) for answer in asyncio.run(talk())}
    assert not kinds & {
        "shutdown_reply",
        "execute_reply",
        "execute_input",
        "complete_reply",
        "interrupt_reply",
        "error",
    }
    # The kernel is there: none of it ended it.
    assert app.ask(f"/api/kernels/{kernel}")[0] == 200
