"""R3.3: templates are read once and render the same on every engine as in a few lines of plain Python."""

import duckdb
import narwhals.stable.v2 as nw
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casesim.tables import PolicyError
from casesim.template import Source, Template

FIELDS = ("a", "b b", "ü")
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)


def parse(text, **options):
    return Template.parse(text, where="policy.toml, [mapping.child] u_x", **options)


def rendered(template, rows, engine):
    frame = pl.DataFrame(rows, schema={"row": pl.Int64} | dict.fromkeys(FIELDS, pl.String))
    native = frame.lazy() if engine == "polars" else duckdb.sql("from frame")
    result = nw.from_native(native).with_columns(out=template.render(lambda source: nw.col(source.field)))
    return result.sort("row").collect()["out"].to_list()


def plainly(parts, row):
    text = ""
    for part in parts:
        text += (row[part[0]] or "") if isinstance(part, tuple) else part
    return text or None


def written(parts):
    return "".join(
        f"{{{part[0]}}}" if isinstance(part, tuple) else part.replace("{", "{{").replace("}", "}}") for part in parts
    )


ROWS = st.lists(st.fixed_dictionaries(dict.fromkeys(FIELDS, st.none() | TEXT)), min_size=1, max_size=4)
PARTS = st.lists(st.tuples(st.sampled_from(FIELDS)) | TEXT | st.sampled_from(["{", "}", "{a}", "{{"]), max_size=5)


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@given(parts=PARTS, rows=ROWS)
@settings(max_examples=60, deadline=None)
def test_r3_3_a_template_renders_as_plain_python_does(engine, parts, rows):
    rows = [{"row": number, **row} for number, row in enumerate(rows)]
    assert rendered(parse(written(parts)), rows, engine) == [plainly(parts, row) for row in rows]


def test_r3_3_values_are_never_read_as_templates():
    rows = [{"row": 0, "a": "{b b}{{", "b b": "secret", "ü": None}]
    assert rendered(parse("<{a}>{ü}"), rows, "polars") == ["<{b b}{{>"]


def test_r3_3_missing_renders_empty_and_an_empty_result_is_missing():
    rows = [{"row": 0, "a": None, "b b": "", "ü": None}, {"row": 1, "a": "x", "b b": None, "ü": None}]
    assert rendered(parse("{a}{b b}"), rows, "polars") == [None, "x"]
    assert rendered(parse("{a}"), rows, "polars") == [None, "x"]
    assert rendered(parse(""), rows, "polars") == [None, None]


def test_r3_3_one_placeholder_alone_is_plain():
    assert parse("{priority}").plain == Source("incident", "priority")
    assert parse("{account.name}").plain == Source("account", "name")
    assert [parse(text).plain for text in ("{a} ", "{a}{a}", "a", "", "{{a}}")] == [None] * 5


def test_r3_3_constants_have_no_sources():
    assert [parse(text).constant for text in ("EMEA", "", "{{x}}", "{x}", "a{x}")] == ["EMEA", "", "{x}", None, None]


def test_sources_are_distinct_and_in_order():
    assert [str(source) for source in parse("{b}{a}{contact.a.b}{b}").sources] == ["b", "a", "contact.a.b"]


def test_names_keep_their_blanks():
    assert parse("{ short description }").plain == Source("incident", " short description ")


def test_doubled_braces_pair_from_the_left():
    assert parse("{{{a}}}").parts == ("{", Source("incident", "a"), "}")


@given(TEXT | st.sampled_from(["{", "}}", "{a}"]))
def test_a_literal_means_itself(text):
    assert Template.literal(text).constant == text
    assert parse(Template.literal(text).text) == Template.literal(text)


@pytest.mark.parametrize(
    ("text", "options", "sentence"),
    [
        ("{a", {}, 'a lone { in "{a"; a literal brace is written {{.'),
        ("a}", {}, 'a lone } in "a}"; a literal brace is written }}.'),
        ("{{a}", {}, 'a lone } in "{{a}"; a literal brace is written }}.'),
        ("{a{b}", {}, 'a lone { in "{a{b}"; a literal brace is written {{.'),
        ("{}", {}, "{} names no field."),
        ("{account.}", {}, "{account.} names no field."),
        ("{acount.name}", {}, '{acount.name}: "acount" cannot stand before the dot. Nearest: account'),
        ("{.name}", {}, '{.name}: "" cannot stand before the dot. Known: account, contact.'),
        ("{incident.name}", {}, "{incident.name}: a field of the incident is written without it: {name}."),
        ("{account.name}", {"scopes": ()}, "{account.name}: only fields of the incident can stand here"),
        (
            "{number}",
            {"default_scope": None, "scopes": ("case", "incident")},
            "{number} does not say whose field it is; write one of {case.number}, {incident.number}.",
        ),
    ],
)
def test_r3_3_faults_say_where_and_what(text, options, sentence):
    with pytest.raises(PolicyError) as error:
        parse(text, **options)
    assert str(error.value).startswith(f"policy.toml, [mapping.child] u_x: {sentence}")


def test_all_faults_of_a_template_are_told_one_a_line():
    with pytest.raises(PolicyError) as error:
        parse("{} {x.y} {a\nb.c}}")
    assert len(str(error.value).splitlines()) == 4


@given(st.text("{}a.\n", max_size=12))
def test_any_text_parses_or_is_refused(text):
    try:
        template = parse(text)
    except PolicyError:
        return
    assert parse(template.text) == template
    assert all(a or not isinstance(a, str) for a in template.parts)
