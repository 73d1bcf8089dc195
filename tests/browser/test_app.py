"""The page without code: what an admin does there, in a real browser."""

import json
import time
import urllib.request
from datetime import UTC, datetime, timedelta

import polars as pl
import psutil
import pytest

import casesim as cs
from casesim.policy import Policy
from casesim.workbench.pieces import TILES, tiles
from tests.browser.conftest import Server, drawn, kernel_of, shot
from tests.cli.sockets import PROTOCOL, packed

READY = "document.querySelector('.cs-verdict')"


def at(app) -> str:
    return app.url(f"/?token={app.token}")


def verdict(page, said: str) -> None:
    page.wait_for_function(f"{READY}?.textContent.includes({json.dumps(said)})")


def box(page):
    return page.locator(".cs-left input[type=text]").first


def tile(page, words: str) -> str:
    return page.locator(".cs-tile", has_text=words).locator(".cs-num").inner_text()


@pytest.fixture(scope="module")
def one(app, tab):
    page = tab(at(app))
    page.wait_for_selector(".cs-verdict")
    return page


@pytest.fixture
def page(one):
    """The one page, as it is when it opens."""
    one.set_viewport_size({"width": 1400, "height": 900})
    one.mouse.move(0, 0)
    one.get_by_role("button", name="Incidents", exact=True).click()
    one.get_by_role("button", name="Reset").first.click()
    verdict(one, "Nothing is changed")
    drawn(one)
    return one


@pytest.fixture(scope="module")
def data(dataset):
    return cs.load(dataset)


@pytest.fixture(scope="module")
def twelve(data):
    return cs.compare(data, data.policy, data.policy.with_(threshold=12))


def majors(found) -> tuple[int, int]:
    return found.totals.filter(pl.col("metric") == "incidents_major").select("a", "b").row(0)


def test_slide_type_and_read(page, data, twelve):
    now, then = majors(twelve)
    verdict(page, f"Nothing is changed: threshold 5 makes {now:,} incidents major.")
    handle = page.locator(".noUi-handle").first
    handle.focus()
    handle.press("ArrowRight")
    verdict(page, "Raising the threshold from 5 to 6 makes")
    box(page).fill("12")
    verdict(page, f"from 5 to 12 makes {now - then:,} fewer incidents major: {now:,} → {then:,}.")
    totals = {metric: b for metric, _, b, _ in twelve.totals.iter_rows()}
    assert tile(page, "Major cases") == f"{totals['major_cases']:,}"
    assert tile(page, "To close by hand") == f"{totals['manual_closures']:,}"
    box(page).fill("five")
    said = page.locator(".cs-left .cs-error").first.inner_text()
    assert "is no threshold: a whole number from 1 to 1,000,000,000. Still 12." in said
    assert tile(page, "Major cases") == f"{totals['major_cases']:,}"
    box(page).fill("12")
    rows = min(twelve.incidents.height, 50)
    page.wait_for_function(f"document.querySelectorAll('.cs-table tbody tr').length === {rows}")


def test_a_row_says_why(page):
    box(page).fill("12")
    verdict(page, "from 5 to 12")
    row = page.locator(".cs-table tbody tr").nth(1)
    number = row.get_attribute("data-number")
    row.click()
    page.wait_for_function(f"document.querySelector('.cs-side').textContent.includes({json.dumps(number)})")
    page.keyboard.press("ArrowDown")
    page.locator(".cs-table table").press("ArrowDown")
    page.wait_for_function("document.querySelector('tr[aria-selected=true]').rowIndex > 2")


def test_edit_a_mapping_with_an_error_and_mend_it(page):
    template = page.get_by_placeholder("{field} or a text").first
    template.fill("{asignment_group}")
    page.wait_for_selector(".cs-line-error")
    assert "asignment_group" in page.locator(".cs-line-error").first.inner_text()
    page.get_by_role("button", name="Use {assignment_group}").click()
    page.wait_for_function("!document.querySelector('.cs-line-error')")
    assert template.input_value() == "{assignment_group}"
    verdict(page, "The proposed settings")


def test_switches_scenarios_and_export(page, app, data):
    page.get_by_text("Sync comments with cases").click()
    page.wait_for_selector(".cs-box.block")
    page.wait_for_selector(".cs-check.block")
    page.get_by_role("button", name="Scenarios").click()
    for name, threshold in (("twelve", "12"), ("forty", "40")):
        box(page).fill(threshold)
        verdict(page, "The proposed settings")
        page.get_by_placeholder("name of this scenario").fill(name)
        page.get_by_role("button", name="Save scenario").click()
    page.wait_for_function("document.querySelectorAll('.cs-list table.cs-plain tr').length === 3")
    page.get_by_role("button", name="Export result").click()
    page.wait_for_selector("text=Wrote")
    cases = pl.read_csv(app.folder / "out" / "result" / "cases.csv", infer_schema=False)
    proposed = data.policy.with_(threshold=40, additional_comments_sync=True)
    assert cases.height == cs.simulate(data, proposed).cases.height


def test_report_numbers_are_those_of_the_screen(page, app):
    box(page).fill("12")
    verdict(page, "from 5 to 12")
    page.get_by_role("button", name="Impact report").click()
    page.wait_for_selector("text=impact.html")
    report = (app.folder / "out" / "impact.html").read_text()
    for words in ("Major cases", "To close by hand", "Notifications sent"):
        assert f"<b>{tile(page, words)}</b>" in report


def test_reset_returns_and_a_reload_starts_anew(page):
    box(page).fill("40")
    verdict(page, "from 5 to 40")
    page.get_by_role("button", name="Reset").first.click()
    verdict(page, "Nothing is changed")
    assert box(page).input_value() == "5"
    box(page).fill("40")
    page.reload()
    page.wait_for_selector(".cs-verdict")
    verdict(page, "Nothing is changed")


@pytest.mark.parametrize(
    ("name", "width", "height", "light"),
    [
        ("light", 1400, 900, "true"),
        ("dark", 1400, 900, "false"),
        ("small", 1340, 790, "true"),
        ("narrow", 1024, 768, "true"),
    ],
)
def test_it_fits_and_is_looked_at(page, name, width, height, light):
    page.set_viewport_size({"width": width, "height": height})
    # As JupyterLab and the page tell their theme.
    page.evaluate(f"document.body.dataset.jpThemeLight = '{light}'")
    box(page).fill("12")
    verdict(page, "from 5 to 12")
    page.wait_for_selector(".cs-why")
    drawn(page, 12)
    settled(page)
    shot(page, f"workbench-{name}")
    sizes = page.evaluate(SIZES)
    assert sizes[0] <= sizes[1]
    assert sizes[2] <= sizes[3]
    if name != "narrow":
        clipped = page.evaluate(
            """[...document.querySelectorAll('.cs-tile div, .cs-said p, .cs-table td:not(.c-ci)')]
            .filter(e => e.scrollWidth > e.clientWidth).map(e => e.className + ' ' + e.innerText)"""
        )
        assert clipped == []
    widths = page.locator(".cs-charts .js-plotly-plot").evaluate_all(
        "all => all.map(e => e._fullLayout.width - e.clientWidth)"
    )
    assert widths == [0, 0]
    contrast = page.evaluate(CONTRAST)
    assert [each for each in contrast if each[1] < 4.5] == []


def on_curve(page, threshold: int) -> tuple[float, float]:
    """Where a threshold stands on the screen."""
    return page.evaluate(
        """threshold => {
          const chart = document.querySelector('.cs-charts .js-plotly-plot'), axis = chart._fullLayout.xaxis;
          const box = chart.getBoundingClientRect();
          return [box.left + axis._offset + axis.d2p(threshold), box.top + 80];
        }""",
        threshold,
    )


def settled(page) -> None:
    """What comes late is there: nothing is dimmed, and nothing has changed or moved for half a second."""
    page.wait_for_function(
        """() => {
          const root = document.querySelector('.cs-root'), charts = root.querySelector('.cs-charts');
          const value = root.querySelector('.cs-left input[type=text]').value;
          const now = [root.textContent, charts.getBoundingClientRect().top, value].join();
          if (now !== window.before || root.querySelector('.cs-stale')) {
            [window.before, window.since] = [now, Date.now()];
          }
          return Date.now() - window.since > 500;
        }""",
        polling=100,
    )


def test_click_and_drag_on_the_curve(page):
    settled(page)
    page.mouse.click(*on_curve(page, 9))
    verdict(page, "from 5 to 9")
    settled(page)
    page.mouse.move(*on_curve(page, 9))
    page.mouse.down()
    for threshold in (10, 12, 16):
        page.mouse.move(*on_curve(page, threshold), steps=3)
    page.mouse.up()
    # Whole pixels: a neighbour is as good.
    page.wait_for_function("['15', '16', '17'].includes(document.querySelector('.cs-left input[type=text]').value)")
    # The last of the thresholds on the way may still come.
    settled(page)
    left = box(page).input_value()
    verdict(page, f"from 5 to {left}")
    # Let go, the pointer moves nothing more.
    page.mouse.move(*on_curve(page, 6), steps=3)
    page.wait_for_timeout(400)
    assert box(page).input_value() == left


def foot(page, said: str) -> None:
    page.wait_for_function(f"document.querySelector('.cs-foot').textContent.includes({json.dumps(said)})")


def test_a_week_and_a_segment_narrow_the_list(page, twelve):
    box(page).fill("12")
    verdict(page, "from 5 to 12")
    foot(page, f"of {twelve.incidents.height:,};")
    # The second week from the left.
    at = page.evaluate(
        """() => {
          const chart = document.querySelectorAll('.cs-charts .js-plotly-plot')[1], axis = chart._fullLayout.xaxis;
          const box = chart.getBoundingClientRect();
          return [box.left + axis._offset + axis.d2p(chart.data[0].x[1]), box.top + 150];
        }"""
    )
    page.mouse.move(*at, steps=3)
    page.mouse.click(*at)
    chip = page.locator(".cs-chip:visible")
    chip.wait_for(state="visible")
    assert chip.inner_text().startswith("week of ")
    monday = datetime.strptime(chip.inner_text()[len("week of ") : -2], "%d %b %Y").replace(tzinfo=UTC)
    opened = pl.col("opened_at")
    within = twelve.changed.filter(opened >= monday, opened < monday + timedelta(days=7)).height
    foot(page, f"of {within:,};" if within else "No incident of week of")
    chip.click()
    foot(page, f"of {twelve.incidents.height:,};")
    page.get_by_label("Field to list one value of").select_option("priority")
    page.get_by_label("Value of that field").select_option("moderate")
    foot(page, f"of {twelve.changed.filter(pl.col('priority') == '3').height:,};")
    page.get_by_label("Field to list one value of").select_option("every field")
    foot(page, f"of {twelve.incidents.height:,};")


def test_a_group_opens_into_its_incidents_and_the_list_is_saved(page, app, twelve):
    box(page).fill("12")
    verdict(page, "from 5 to 12")
    changed = twelve.incidents["incident_number"]
    page.get_by_role("button", name="CIs", exact=True).click()
    foot(page, "most incidents that change first")
    first = page.locator(".cs-table tbody tr").first
    name, many = first.locator("td").nth(0).inner_text(), first.locator("td").nth(1).inner_text()
    page.locator(".cs-table table").focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_function("document.querySelector('tr[aria-selected=true]').rowIndex === 2")
    page.keyboard.press("ArrowUp")
    page.wait_for_function("document.querySelector('tr[aria-selected=true]').rowIndex === 1")
    page.keyboard.press("Enter")
    foot(page, f"of {many};")
    chip = page.locator(".cs-chip:visible")
    assert chip.inner_text().startswith(name[:20])
    page.get_by_role("button", name="csv", exact=True).click()
    page.wait_for_selector("text=changes.csv")
    saved = pl.read_csv(app.folder / "out" / "changes.csv")
    assert saved.height == int(many.replace(",", ""))
    assert set(saved["incident_number"]) <= set(changed)
    chip.click()
    foot(page, f"of {twelve.incidents.height:,};")


@pytest.mark.parametrize("width", [1400, 1340, 1024])
def test_figures_of_any_size_stay_on_one_line(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    figures = dict.fromkeys((*(name for name, _, _ in TILES), "incidents_none", "threshold"), 0)
    # A narrow screen has room for fewer.
    for figure in (7, 999_999, 9_999_999, 123_456_789, *([2_147_483_647] if width > 1024 else [])):
        some = dict.fromkeys(figures, figure)
        html = tiles(figures, some, Policy(), changed=None, every=figure)
        tall = page.evaluate(
            """html => {
              const all = document.querySelector('.cs-tiles').parentElement, before = all.innerHTML;
              all.innerHTML = html;
              const found = [...all.querySelectorAll('.cs-num')].filter(e => {
                const one = document.createRange();
                one.selectNodeContents(e);
                return one.getClientRects().length > 1 || e.scrollWidth > e.clientWidth;
              }).map(e => e.textContent);
              all.innerHTML = before;
              return found;
            }""",
            html,
        )
        assert tall == []


@pytest.mark.parametrize(("width", "height"), [(1400, 900), (1340, 790), (1024, 768)])
def test_every_tab_fits(page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    box(page).fill("12")
    verdict(page, "from 5 to 12")
    for tab in ("CIs", "Customers", "Mails", "Suggest", "Scenarios", "Data", "Hand over"):
        page.get_by_role("button", name=tab, exact=True).click()
        if tab in ("Mails", "Data"):
            page.wait_for_selector(".cs-told table:visible")
        settled(page)
        shot(page, f"tab-{tab.lower().replace(' ', '-')}-{width}")
        sizes = page.evaluate(SIZES)
        assert sizes[0] <= sizes[1], tab
        assert sizes[2] <= sizes[3], tab
        # The row of tabs and what stands below it keep to their side of the screen.
        over = page.evaluate(
            """() => {
              const side = document.querySelector('.cs-side').getBoundingClientRect().left;
              return [...document.querySelectorAll('.cs-list button, .cs-list input, .cs-list table')]
                .filter(e => e.offsetWidth && !e.closest('.cs-told, .cs-table, .cs-scroll'))
                .filter(e => e.getBoundingClientRect().right > side + 1).map(e => e.outerHTML.slice(0, 100));
            }"""
        )
        assert over == [], tab
    page.get_by_role("button", name="Incidents", exact=True).click()


def test_charts_as_tables_and_words_for_readers(page):
    box(page).fill("12")
    verdict(page, "from 5 to 12")
    # Read aloud once a second at most, and the charts' names are their findings.
    page.wait_for_function("document.querySelector('.cs-news').textContent.includes('from 5 to 12')")
    charts = "[...document.querySelectorAll('.cs-charts .js-plotly-plot')].map(e => e.ariaLabel)"
    page.wait_for_function(f"{charts}[0].startsWith('Raising the threshold from 5 to 12:')")
    assert "major cases a week" in page.evaluate(charts)[1]
    page.get_by_role("button", name="Tables").click()
    page.wait_for_selector(".cs-scroll table >> nth=0")
    assert page.locator(".cs-scroll table").count() == 2
    # The way back stays in sight.
    assert page.get_by_role("button", name="Tables").bounding_box()["height"] > 20
    assert page.locator(".cs-charts").get_by_role("button", name="Peak hour").is_visible()
    assert not page.locator(".cs-charts .js-plotly-plot").first.is_visible()
    page.get_by_role("button", name="Tables").click()
    page.locator(".cs-charts .js-plotly-plot").first.wait_for(state="visible")


@pytest.mark.parametrize("light", ["true", "false"])
def test_axe_finds_no_serious_fault(page, light):
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate(f"document.body.dataset.jpThemeLight = '{light}'")
    box(page).fill("12")
    verdict(page, "from 5 to 12")
    page.wait_for_selector(".cs-why")
    settled(page)
    found = Axe().run(page, context=".cs-root", options={"resultTypes": ["violations"]})
    page.evaluate("document.body.dataset.jpThemeLight = 'true'")
    grave = [
        (each["id"], node["html"][:300], node["failureSummary"][:300])
        for each in found.response["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]
    assert grave == []


SIZES = "(e => [e.scrollWidth, innerWidth, e.scrollHeight, innerHeight])(document.documentElement)"
# Text against the nearest ground that is not transparent, of the tiles, the verdict and the left panel.
CONTRAST = """() => {
  const linear = v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = c => .2126 * linear(c[0]) + .7152 * linear(c[1]) + .0722 * linear(c[2]);
  const parse = s => (s.match(/[\\d.]+/g) || []).map(Number);
  const ground = e => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length >= 3 && c[3] !== 0) return c;
    }
    return [255, 255, 255];
  };
  const asked = '.cs-verdict, .cs-means, .cs-tile div, .cs-check b, .cs-check span, .cs-h, .cs-mono, .cs-muted, td';
  return [...document.querySelectorAll(asked)].filter(e => e.textContent.trim() && !e.closest('.cs-stale')).map(e => {
    const a = light(parse(getComputedStyle(e).color)), b = light(ground(e));
    return [e.className + ': ' + e.textContent.slice(0, 30), (Math.max(a, b) + .05) / (Math.min(a, b) + .05)];
  });
}"""


def kernel_memory(app) -> int:
    """Bytes of the largest process that the server has started."""
    return max(each.memory_info().rss for each in psutil.Process(app.process.pid).children(recursive=True))


def test_the_charts_follow_a_move_right_after_the_page_is_there(page):
    # What comes while the charts are being drawn is not lost.
    page.reload()
    page.wait_for_selector(".cs-verdict")
    box(page).fill("12")
    verdict(page, "from 5 to 12")
    drawn(page, 12)


def test_a_hundred_moves_leave_memory_flat(page, app):
    times = []

    def move(threshold: int) -> None:
        started = time.monotonic()
        box(page).fill(str(threshold))
        page.wait_for_function(
            f"document.querySelector('.cs-verdict').textContent.includes(' to {threshold} ')",
            polling=20,
        )
        times.append(time.monotonic() - started)

    for threshold in range(6, 12):
        move(threshold)
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    before = session.send("Runtime.getHeapUsage")["usedSize"]
    kernel = kernel_memory(app)
    figures = page.evaluate("document.querySelectorAll('.js-plotly-plot').length")
    for threshold in range(12, 112):
        move(threshold)
    session.send("HeapProfiler.collectGarbage")
    after = session.send("Runtime.getHeapUsage")["usedSize"]
    assert page.evaluate("document.querySelectorAll('.js-plotly-plot').length") == figures == 2
    assert after - before < 15_000_000
    # A hundred boards or figures kept would be far more.
    assert kernel_memory(app) - kernel < 60_000_000
    print(f"a hundred moves: browser {(after - before) / 1e6:+.1f} MB")
    print(f"and kernel {(kernel_memory(app) - kernel) / 1e6:+.1f} MB")
    # No promise about a busy machine; the figure stands beside the screenshots.
    times.sort()
    print(f"threshold to verdict in the browser: median {1000 * times[len(times) // 2]:.0f} ms of {len(times)}")


def test_whoever_ends_the_command_ends_its_server(tmp_path, dataset):
    server = Server("app", tmp_path, dataset)
    try:
        server.wait()
        started = psutil.Process(server.process.pid).children(recursive=True)
        assert started
        # The command alone, as a service manager does it.
        server.process.terminate()
        assert server.process.wait(120) == 143
        assert psutil.wait_procs(started, timeout=60)[1] == []
    finally:
        server.stop()


def test_nothing_but_the_page_can_be_reached(app):
    assert app.status("/", token=False) == 403
    for path in ("/api/contents", "/api/contents/out", "/lab", "/tree", "/voila/files/app.log", "/api/terminals"):
        assert app.status(path) in (403, 404), path


def test_no_code_reaches_a_kernel(app, page):
    kernels = (
        json.loads(
            urllib.request.urlopen(
                urllib.request.Request(app.url("/api/kernels"), headers={"Authorization": f"token {app.token}"}),
            ).read()
        )
        if app.status("/api/kernels") == 200
        else []
    )
    proof = app.folder / "proof"
    content = {"code": f"open({str(proof)!r}, 'w').write('x')", "silent": False}
    message = list(packed("shell", "execute_request", content))
    kernel = kernel_of(page)
    ids = {kernel, *(each["id"] for each in kernels)}
    for each in ids:
        opened = page.evaluate(
            """([id, token, message, protocol]) => new Promise(done => {
              const url = `ws://${location.host}/api/kernels/${id}/channels?token=${token}`;
              const socket = new WebSocket(url, protocol);
              socket.onopen = () => {
                socket.send(new Uint8Array(message));
                setTimeout(() => { socket.close(); done(true); }, 1500);
              };
              socket.onerror = () => done(false);
            })""",
            [each, app.token, message, PROTOCOL],
        )
        assert opened or each != kernel
    assert ids
    assert not proof.exists()
