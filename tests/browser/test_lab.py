"""The workbench in JupyterLab itself."""

import json

from tests.browser.conftest import shot


def test_the_notebook_runs_and_answers(lab, tab):
    page = tab(lab.url(f"/lab/tree/workbench.ipynb?token={lab.token}"))
    page.wait_for_selector(".jp-Notebook", timeout=60_000)
    page.wait_for_selector(".jp-NotebookPanel-toolbar", timeout=60_000)
    # Nobody has to run it.
    page.wait_for_selector(".cs-verdict", timeout=90_000)
    box = page.locator(".cs-left input[type=text]").first
    box.fill("12")
    said = "Raising the threshold from 5 to 12"
    page.wait_for_function(
        f"document.querySelector('.cs-verdict').textContent.includes({json.dumps(said)})", timeout=20_000
    )
    page.locator(".noUi-handle").first.press("ArrowRight")
    page.wait_for_function(
        "!document.querySelector('.cs-verdict').textContent.includes('from 5 to 12 ')", timeout=20_000
    )
    # Rows follow the sentence.
    page.wait_for_timeout(1_000)
    row = page.locator(".cs-table tbody tr").nth(1)
    number = row.get_attribute("data-number")
    row.click()
    page.wait_for_function(
        f"document.querySelector('.cs-side').textContent.includes({json.dumps(number)})", timeout=20_000
    )
    template = page.get_by_placeholder("{field} or a text").first
    template.fill("{asignment_group}")
    page.get_by_role("button", name="Use {assignment_group}").click()
    page.wait_for_function("!document.querySelector('.cs-line-error')", timeout=10_000)
    assert template.input_value() == "{assignment_group}"
    page.get_by_role("button", name="Reset").first.click()
    page.wait_for_function(
        "document.querySelector('.cs-verdict').textContent.includes('Nothing is changed')", timeout=40_000
    )
    box.fill("12")
    page.wait_for_function(
        f"document.querySelector('.cs-verdict').textContent.includes({json.dumps(said)})", timeout=20_000
    )
    page.locator(".cs-root").scroll_into_view_if_needed()
    page.wait_for_timeout(1_500)
    assert page.get_by_text("official Jupyter news").count() == 0
    shot(page, "workbench-lab")
    assert page.locator(".js-plotly-plot").count() == 2
