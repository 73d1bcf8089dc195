"""The page without code when things go wrong: a slow machine, a browser that draws no charts, a kernel that is gone."""

import json

import psutil
import pytest

from tests.browser.conftest import drawn, kernel_of, process_of, shot

# Everything of the page but the line that says so and what is read aloud.
DIMMED = """[...document.querySelectorAll('.cs-root > :not(.cs-gone, .cs-news)')].every(
  each => each.inert && getComputedStyle(each).opacity < .5)"""
# How large each script is that the page starts from what the kernel sent.
COUNTED = """
  window.scripts = [];
  const made = URL.createObjectURL;
  URL.createObjectURL = (blob) => { if (blob.type === 'text/javascript') scripts.push(blob.size); return made(blob); };
"""
# The page's connection to its kernel, to be cut; and every line about it that the page showed.
CUT = """
  window.sockets = [];
  window.WebSocket = class extends WebSocket { constructor(...all) { super(...all); sockets.push(this); } };
  window.said = new Set();
  new MutationObserver(() => {
    const line = document.querySelector('.cs-gone');
    if (line) said.add(line.textContent);
  }).observe(document, { childList: true, subtree: true, characterData: true });
"""


def at(app) -> str:
    return app.url(f"/?token={app.token}")


def move(page, threshold: int) -> None:
    page.locator(".cs-left input[type=text]").first.fill(str(threshold))
    said = json.dumps(f"Raising the threshold from 5 to {threshold}")
    page.wait_for_function(f"document.querySelector('.cs-verdict')?.textContent.includes({said})")


@pytest.mark.parametrize("times", [6, 20])
def test_charts_follow_on_a_slow_machine(app, tab, times):
    page = tab(at(app), slowed=times, begins=COUNTED)
    page.wait_for_selector(".cs-verdict")
    # Before anything is drawn, and after.
    move(page, 12)
    drawn(page, 12)
    move(page, 16)
    drawn(page, 16)
    large = [size for size in page.evaluate("scripts") if size > 20_000]
    assert len(large) == 1, "Plotly comes once, and nothing else waits for it"
    page.context.close()


def test_charts_that_cannot_be_drawn_stand_as_tables(app, tab):
    page = tab(at(app), begins="delete window.DecompressionStream;")
    page.wait_for_selector(".cs-scroll table >> nth=1")
    assert "could not draw the charts" in page.locator(".cs-scroll .cs-error").inner_text()
    move(page, 12)
    page.wait_for_function("document.querySelectorAll('.cs-scroll table')[0].textContent.includes('against now (5)')")
    shot(page, "charts-as-tables")
    page.get_by_role("button", name="Tables").click()
    said = page.locator(".cs-pictures > div")
    said.first.wait_for(state="visible")
    assert [each.startswith("This browser could not draw the chart (") for each in said.all_inner_texts()] == [True] * 2


def test_a_kernel_that_dies_is_told_of(app, tab):
    page = tab(at(app))
    page.wait_for_selector(".cs-verdict")
    move(page, 12)
    drawn(page, 12)
    process_of(app, kernel_of(page)).kill()
    said = page.wait_for_selector(".cs-gone").inner_text()
    assert said.startswith("Disconnected: the kernel has ended. Figures are of ")
    assert said.endswith(" Reload the page to begin anew; what was set here is lost.")
    assert page.evaluate(DIMMED)
    # No key and no click reaches a control.
    page.keyboard.press("Alt+r")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement === document.body || !document.activeElement.closest('.cs-root')")
    page.mouse.click(
        *page.evaluate("(b => [b.x + 20, b.y + 10])(document.querySelector('.cs-tiles').getBoundingClientRect())")
    )
    assert page.locator(".cs-left input[type=text]").first.input_value() == "12"
    # Nothing is drawn as broken: the line says it.
    broken = """[...document.querySelectorAll('.jupyter-widgets-disconnected')].filter(
      each => getComputedStyle(each, '::before').display !== 'none' && each.offsetWidth).length"""
    assert page.evaluate(broken) == 0
    shot(page, "kernel-dead")
    page.reload()
    page.wait_for_selector(".cs-root:not(.cs-lost) .cs-verdict")
    move(page, 12)


def test_a_kernel_that_is_shut_down_is_told_of(app, tab, chromium):
    # Not a tab of ours: the browser reports the kernel that is not found.
    page = chromium.new_page()
    page.set_default_timeout(120_000)
    page.goto(at(app))
    page.wait_for_selector(".cs-verdict")
    assert app.status(f"/voila/api/shutdown/{kernel_of(page)}", post=True) == 200
    said = page.wait_for_selector(".cs-gone").inner_text()
    assert said.startswith("Disconnected: the kernel has ended.")
    assert page.evaluate(DIMMED)
    page.close()


def test_a_connection_that_is_cut_is_taken_up_again(app, tab):
    page = tab(at(app), begins=CUT)
    page.wait_for_selector(".cs-verdict")
    move(page, 12)
    page.evaluate("sockets.at(-1).close()")
    page.wait_for_function("[...said].some(each => each.startsWith('No connection to the kernel. Figures are of '))")
    page.wait_for_selector(".cs-root:not(.cs-lost)")
    assert page.locator(".cs-gone, [inert]").count() == 0
    move(page, 16)
    drawn(page, 16)


def test_a_page_that_is_closed_ends_its_kernel(app, tab):
    page = tab(at(app))
    page.wait_for_selector(".cs-verdict")
    drawn(page)
    kernel = process_of(app, kernel_of(page))
    page.goto("about:blank")
    assert psutil.wait_procs([kernel], timeout=120)[1] == []
