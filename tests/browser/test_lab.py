"""The workbench in JupyterLab itself."""

import json
import urllib.request

import pytest

from tests.browser.conftest import drawn, process_of, shot


def verdict(page, said: str) -> None:
    page.wait_for_function(f"document.querySelector('.cs-verdict')?.textContent.includes({json.dumps(said)})")


@pytest.fixture(scope="module")
def page(lab, tab):
    # On a slow machine: what works there works on a quick one.
    found = tab(lab.url(f"/lab/tree/workbench.ipynb?token={lab.token}"), slowed=6)
    # Nobody has to run it.
    drawn(found)
    return found


def test_the_notebook_runs_and_answers(page):
    box = page.locator(".cs-left input[type=text]").first
    box.fill("12")
    verdict(page, "Raising the threshold from 5 to 12")
    page.locator(".noUi-handle").first.press("ArrowRight")
    page.wait_for_function("!document.querySelector('.cs-verdict').textContent.includes('from 5 to 12 ')")
    # Rows follow the sentence.
    page.wait_for_function(
        """() => {
          const [, many] = document.querySelector('.cs-verdict').textContent.match(/makes ([\\d,]+) /);
          return document.querySelector('.cs-foot').textContent.includes(`of ${many};`);
        }"""
    )
    row = page.locator(".cs-table tbody tr").nth(1)
    number = row.get_attribute("data-number")
    row.click()
    page.wait_for_function(f"document.querySelector('.cs-side').textContent.includes({json.dumps(number)})")
    template = page.get_by_placeholder("{field} or a text").first
    template.fill("{asignment_group}")
    page.get_by_role("button", name="Use {assignment_group}").click()
    page.wait_for_function("!document.querySelector('.cs-line-error')")
    assert template.input_value() == "{assignment_group}"
    page.get_by_role("button", name="Reset").first.click()
    verdict(page, "Nothing is changed")
    box.fill("12")
    verdict(page, "Raising the threshold from 5 to 12")
    drawn(page, 12)
    page.locator(".cs-root").scroll_into_view_if_needed()
    assert page.get_by_text("official Jupyter news").count() == 0
    shot(page, "workbench-lab")
    assert page.locator(".js-plotly-plot").count() == 2


def test_a_kernel_that_dies_is_told_of(page, lab):
    request = urllib.request.Request(lab.url("/api/sessions"), headers={"Authorization": f"token {lab.token}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        [session] = json.load(answer)
    process_of(lab, session["kernel"]["id"]).kill()
    line = page.wait_for_selector(".cs-gone")
    assert line.inner_text().startswith("Disconnected: the kernel has ended. Figures are of ")
    assert "Run the cell again" in line.inner_text()
    assert page.evaluate("document.querySelectorAll('.cs-root > [inert]').length") == 3
    shot(page, "kernel-dead-lab")
    # The cell once more, in the kernel that was started in its place; JupyterLab has a word to say about that.
    page.locator(".jp-Dialog-button.jp-mod-accept").click()
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]", state="attached")
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    page.wait_for_selector(".cs-root:not(.cs-lost) .cs-verdict")
    drawn(page)
    assert page.locator(".cs-gone").count() == 0
    page.locator(".cs-left input[type=text]").first.fill("12")
    verdict(page, "Raising the threshold from 5 to 12")
