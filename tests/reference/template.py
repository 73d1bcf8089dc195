"""R3.3: templates. A lone placeholder copies value and type; mixed text renders; doubled braces are literal."""

from dataclasses import dataclass

from tests.reference.values import Row, as_text


@dataclass
class Placeholder:
    source: str


def parts(template: str) -> list[str | Placeholder]:
    """The template's letters and placeholders, one after the other."""
    found: list[str | Placeholder] = []
    position = 0
    while position < len(template):
        if template[position : position + 2] in ("{{", "}}"):
            found.append(template[position])
            position += 2
        elif template[position] == "{":
            end = template.index("}", position)
            found.append(Placeholder(template[position + 1 : end]))
            position = end + 1
        elif template[position] == "}":
            raise ValueError(f"lone brace in {template!r}")
        else:
            found.append(template[position])
            position += 1
    return found


def lone_source(template: str) -> str | None:
    """The source of a template that is one placeholder and nothing else."""
    match parts(template):
        case [Placeholder(source)]:
            return source
    return None


def render(template: str, sources: Row) -> object:
    """The value of a template. Sources that are not there are missing, and render empty in mixed text."""
    source = lone_source(template)
    if source is not None:
        return sources.get(source)
    return render_text(template, sources)


def render_text(template: str, sources: Row) -> str | None:
    """The same, always text. An empty result is a missing value."""
    rendered = ""
    for part in parts(template):
        rendered += part if isinstance(part, str) else as_text(sources.get(part.source)) or ""
    return rendered or None


def named(prefix: str, row: Row | None) -> Row:
    """A row's fields as template sources: `account.name` and so on; nothing for no row."""
    return {f"{prefix}.{name}": value for name, value in (row or {}).items()}
