"""How the workbench looks: tokens for a light and a dark ground. The rules are in workbench.css and table.css."""

from importlib.resources import files

LIGHT = {
    **{"page": "#FFFFFF", "panel": "#F6F7F9", "sunk": "#EDEFF3", "line": "#DEE2E8", "line2": "#B6BEC9"},
    **{"ink": "#18202C", "ink2": "#465163", "ink3": "#5F6A7C"},
    **{"new": "#2F7CC4", "newtext": "#1D5C9E", "newsoft": "#E7F0FA", "now": "#7C8798"},
    **{"change": "#C0781F", "changetext": "#8A4F0A", "changesoft": "#FCF2E3"},
    **{"bad": "#A8261F", "badsoft": "#FCECEA", "badedge": "#E3A49E", "button": "#1D5C9E"},
}
DARK = {
    **{"page": "#111317", "panel": "#191C21", "sunk": "#23272E", "line": "#2E343D", "line2": "#566070"},
    **{"ink": "#E9EDF3", "ink2": "#B7C0CC", "ink3": "#949FAE"},
    **{"new": "#2F7CC4", "newtext": "#82BBF2", "newsoft": "#16293E", "now": "#7C8798"},
    **{"change": "#C0781F", "changetext": "#EBB36A", "changesoft": "#33260F"},
    **{"bad": "#F4A199", "badsoft": "#3A1D1B", "badedge": "#7A3A34", "button": "#2B6FB5"},
}


def style() -> str:
    """The style sheet as one `<style>` element."""
    sheets = (files("casesim.workbench").joinpath(f"{name}.css") for name in ("workbench", "table"))
    rules = "".join(each.read_text(encoding="utf-8") for each in sheets)
    light, dark = (";".join(f"--cs-{name}:{value}" for name, value in each.items()) for each in (LIGHT, DARK))
    return (
        f"<style>.cs-root{{{light}}}"
        f'body[data-jp-theme-light="false"] .cs-root,.cs-root.cs-dark{{{dark};color-scheme:dark}}{rules}</style>'
    )
