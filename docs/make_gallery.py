"""`python -m docs.make_gallery`: the pictures of gallery.md, drawn from the shipped dataset by Chromium."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import casesim as cs
from casesim import charts
from casesim.analysis.recommend.metrics import METRICS
from casesim.analysis.weekly import weekly

FOLDER = Path(__file__).parent / "gallery"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"]


def figures() -> dict[str, object]:
    """Every figure, by the name of its picture."""
    data = cs.load(cs.demo())
    swept, policy = cs.sweep(data), data.policy
    weeks = weekly(swept.thresholds)
    majors = weeks.values["major_cases"]
    change = cs.compare(data, policy, policy.with_(threshold=12))
    advice = swept.recommend(max_major_cases_per_week=100)
    limits = {limit.metric: (limit.value, METRICS[limit.metric]) for limit in advice.limits}
    control = cs.floods(data).with_control({"max_per_contact": 3, "window": "1h", "digest": True})
    return {
        "sweep": swept.plot(proposed=12),
        "by_hand": swept.plot("manual_closures", proposed=200),
        "weeks": charts.weeks(weeks.weeks.to_list(), majors[:, 4], majors[:, 11]),
        "totals": change.plot(),
        "recommendation": charts.recommendation(
            advice.table, limits, current=advice.current, recommended=advice.threshold
        ),
        "mails": charts.mails(control.hours),
        "workload": charts.workload(cs.workload(data, team=40).weeks),
        "fidelity": charts.fidelity(cs.fidelity(data).reasons),
    }


def main() -> None:
    """Draw them all."""
    FOLDER.mkdir(exist_ok=True)
    chromium = shutil.which("chromium") or "chromium"
    with tempfile.TemporaryDirectory() as folder:
        for name, figure in figures().items():
            page = Path(folder) / f"{name}.html"
            figure.update_layout(width=860, height=400)
            figure.write_html(page, include_plotlyjs=True, config={"displayModeBar": False})
            shot = [f"--user-data-dir={folder}/profile", "--window-size=876,416", "--virtual-time-budget=4000"]
            target = f"--screenshot={FOLDER / name}.png"
            subprocess.run([chromium, *FLAGS, *shot, target, page.as_uri()], check=True, capture_output=True)  # noqa: S603


if __name__ == "__main__":
    main()
