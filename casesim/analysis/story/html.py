"""A story for a notebook: what happened as a table, everything else as text to open; all of it escaped."""

from html import escape
from typing import TYPE_CHECKING

from casesim.analysis.story.text import LONGEST_LINE, story_text
from casesim.analysis.wording import clean, moment

if TYPE_CHECKING:
    from casesim.analysis.story import Story


def story_html(story: "Story") -> str:
    """Heading and decision, the timeline with its rules, and the whole text folded away."""
    number = escape(clean(story.incident["number"], 60))
    title = escape(clean(story.incident["short_description"] or ""))
    because = escape(clean(story.decision.because))
    outcome = story.decision.outcome.capitalize() if story.decision.outcome != "none" else "No case"
    rows = "".join(
        f"<tr><td>{moment(line.at)}</td><td>{escape(line.rule)}</td>"
        f'<td style="text-align: left">{escape(clean(line.what, LONGEST_LINE))}</td></tr>'
        for line in story.timeline
    )
    head = "<tr><th>UTC</th><th>rule</th><th>what</th></tr>"
    return (
        f"<div><p><b>{number}</b> {title}<br>{outcome}: {because}.</p>"
        f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"
        f"<details><summary>Rules, customers and cases</summary><pre>{escape(story_text(story))}</pre></details></div>"
    )
