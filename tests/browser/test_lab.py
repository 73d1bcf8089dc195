"""The workbench in JupyterLab itself."""

import json

from tests.browser.conftest import shot


def test_the_notebook_runs_and_answers(lab, tab):
    page = tab(lab.url(f"/lab/tree/workbench.ipynb?token={lab.token}"))
    page.wait_for_selector(".jp-Notebook", timeout=60_000)
    page.wait_for_selector(".jp-NotebookPanel-toolbar", timeout=60_000)
    page.wait_for_timeout(2_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    page.wait_for_selector(".cs-verdict", timeout=90_000)
    box = page.locator(".cs-left input[type=text]").first
    box.fill("12")
    said = "Raising the threshold from 5 to 12"
    page.wait_for_function(
        f"document.querySelector('.cs-verdict').textContent.includes({json.dumps(said)})", timeout=20_000
    )
    page.locator(".cs-root").scroll_into_view_if_needed()
    page.wait_for_timeout(1_500)
    assert page.get_by_text("official Jupyter news").count() == 0
    shot(page, "workbench-lab")
    assert page.locator(".js-plotly-plot").count() == 2
