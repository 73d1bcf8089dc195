"""An extension of the server of `casesim lab`: it runs the notebook, so that JupyterLab opens on what came of it.

JupyterLab itself opens a notebook without running it. Here a session is begun and its cells are run before anybody
looks; JupyterLab finds the session and goes on with its kernel, in which the workbench lives.
"""

import os
import webbrowser
from typing import Any

import nbformat

from casesim.cli.gate import guard

NOTEBOOK = "workbench.ipynb"


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "casesim.cli.opened"}]


def _load_jupyter_server_extension(server: Any) -> None:
    guard(server.web_app)
    server.io_loop.add_callback(_open, server)


async def _open(server: Any) -> None:
    """Run the notebook, then say where it is, and show it unless told not to."""
    address = f"http://127.0.0.1:{server.port}/lab/tree/{NOTEBOOK}?token={server.identity_provider.token}"
    try:
        await _run(server)
    finally:
        print(f"The workbench: {address}\nStop it with Ctrl+C.", flush=True)
        if os.environ.get("CASESIM_BROWSER"):
            webbrowser.open(address)


async def _run(server: Any) -> None:
    manager, kernels = server.contents_manager, server.kernel_manager
    session = await server.session_manager.create_session(
        path=NOTEBOOK, name=NOTEBOOK, type="notebook", kernel_name=kernels.default_kernel_name
    )
    client = kernels.get_kernel(session["kernel"]["id"]).client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=120)
        found = (await _now(manager.get(NOTEBOOK)))["content"]
        for cell in found["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"] = []

                def keep(message: dict[str, Any], outputs: list[Any] = cell["outputs"]) -> None:
                    if message["msg_type"] in {"display_data", "execute_result", "error", "stream"}:
                        outputs.append(nbformat.v4.output_from_msg(message))  # type: ignore[no-untyped-call]

                reply = await client.execute_interactive(cell["source"], output_hook=keep, timeout=None)
                cell["execution_count"] = reply["content"]["execution_count"]
                # It is our own notebook, just run: its widgets may be shown.
                cell["metadata"]["trusted"] = True
        await _now(manager.save({"type": "notebook", "format": "json", "content": found}, NOTEBOOK))
    finally:
        client.stop_channels()


async def _now(value: Any) -> Any:
    """A value, or what it comes to: contents managers are of both kinds."""
    return await value if hasattr(value, "__await__") else value
