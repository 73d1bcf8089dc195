"""Workbooks that ask for any memory or time are refused in a sentence, by a process that leaves nothing behind."""

import ast
import io
import subprocess
import sys
import zipfile
from xml.sax.saxutils import escape

import psutil
import pytest

from casesim.dataset import load, workbook
from casesim.dataset.workbook import Workbooks
from casesim.tables import DatasetError
from tests.dataset.helpers import write

TEXT = '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>'
NUMBERS = f'<row r="1">{TEXT.format("A1", "number")}{TEXT.format("B1", "opened_at")}</row>'
FIRST = '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="inlineStr"><is><t>2026-03-05</t></is></c></row>'
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def book(rows=NUMBERS + FIRST, *, dimension="A1:B2", sheets=("Page 1",), before="", place="worksheets/sheet{}.xml"):
    """A workbook, letter by letter: its last sheet has the rows."""
    names = "".join(f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, 1))
    targets = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="{place.format(n)}"/>'
        for n in range(1, len(sheets) + 1)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{before}<workbook xmlns="{SPREADSHEET}" xmlns:r="{OFFICE}">'
        f"<sheets>{names}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{targets}</Relationships>',
    }
    for n in range(1, len(sheets) + 1):
        inside = rows if n == len(sheets) else NUMBERS + FIRST
        parts[f"xl/{place.format(n)}".replace("xl//xl/", "xl/")] = (
            f'<worksheet xmlns="{SPREADSHEET}"><dimension ref="{dimension}"/>'
            f"<sheetData>{inside}</sheetData></worksheet>"
        )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return content.getvalue()


def far(place, *, cell='<c r="{}"><v>1</v></c>'):
    row = "".join(letter for letter in place if letter.isdigit())
    if row == "1":
        return NUMBERS.replace("</row>", cell.format(place) + "</row>") + FIRST
    return f'{NUMBERS}{FIRST}<row r="{row}">{cell.format(place)}</row>'


def said(folder):
    with pytest.raises(DatasetError) as fault:
        load(folder)
    assert "\n" not in str(fault.value)
    return str(fault.value)


def alive():
    """The processes that we have started and that have not ended."""
    return [child for child in psutil.Process().children(recursive=True) if child.status() != psutil.STATUS_ZOMBIE]


# One cell far out


@pytest.mark.parametrize("place", ["/xl/worksheets/sheet{}.xml", "worksheets/sheet{}.xml", "odd/{}.xml"])
@pytest.mark.parametrize("dimension", ["A1:B2", "A1:XFD1048576", "lies", ""])
def test_one_cell_far_out(tmp_path, dimension, place):
    content = book(far("XFD1048576"), dimension=dimension, place=place)
    assert len(content) < 6_000
    assert said(write(tmp_path / "d", incident_xlsx=content)) == (
        'incident.xlsx: sheet "Page 1" reaches to column XFD and row 1,048,576: 17,179,869,184 cells. Accepted: '
        "100,000,000. Delete what stands far out (Ctrl+End in a spreadsheet leads there), or save it as csv."
    )


@pytest.mark.parametrize(
    "cell",
    [
        '<c s="1" r="{}"><v>1</v></c>',
        "<c r='{}'><v>1</v></c>",
        '<c\n\tr = "{}" >\n<v>1</v></c>',
        '<c r="{}" t="inlineStr"><is><t>x</t></is></c>',
        '<x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="{}"><x:v>1</x:v></x:c>',
        '<c r="{}"><!-- --><v>1</v></c>',
        '<c  r="{}" x="a>b"><v>1</v></c>',
        '<c r="&#88;FD1048576"><v>1</v></c>',
    ],
)
def test_however_it_is_written_it_is_a_sentence(tmp_path, cell):
    # What the first look does not recognise is ended by the limit on memory.
    said(write(tmp_path / "d", incident_xlsx=book(far("XFD1048576", cell=cell))))


def test_cells_in_the_range_of_what_is_looked_at_are_held_by_the_limit_on_memory(tmp_path):
    folder = write(tmp_path / "d", incident_xlsx=book(far("ZZ1048576")))
    assert said(folder).startswith(
        "incident.xlsx: takes more than the 8 GiB of memory or the 15 minutes that a workbook may. Something far out "
    )


def test_rows_without_places_are_counted_by_nobody_and_held_by_the_limit_on_memory(tmp_path):
    wide = "<row>" + "<c><v>1</v></c>" * 16_000 + "</row>"
    rows = NUMBERS.replace(' r="1"', "") + wide + "<row/>" * 1_000_000 + "<row><c><v>1</v></c></row>"
    assert "8 GiB" in said(write(tmp_path / "d", incident_xlsx=book(rows)))


def test_a_format_far_out_is_nothing(tmp_path):
    for cell in ('<c r="{}" s="0"/>', '<c r="{}" s="0"></c>'):
        folder = write(tmp_path / "d", incident_xlsx=book(far("XFD1048576", cell=cell)))
        assert load(folder).height("incident") == 1


def test_what_stands_far_out_in_another_sheet_plays_no_part(tmp_path):
    content = book(far("XFD1048576"), sheets=("incident", "notes"))
    assert load(write(tmp_path / "d", incident_xlsx=content)).height("incident") == 1
    content = book(far("XFD1048576"), sheets=("notes", "incident"))
    assert 'sheet "incident" reaches to' in said(write(tmp_path / "e", incident_xlsx=content))


def test_in_a_zip_too(tmp_path):
    folder = write(tmp_path / "d", incident_xlsx=book(far("XFD1048576")))
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)
    assert "reaches to column XFD" in said(tmp_path / "d.zip")


BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def test_entities_are_not_expanded(tmp_path):
    folder = write(tmp_path / "d", incident_xlsx=book(before=BOMB))
    assert "declares a document type, which no workbook does" in said(folder)
    # What reads the sheet itself knows no entities: the cell has nothing in it.
    row = FIRST.replace("</row>", TEXT.format("C2", "&b;") + "</row>")
    head = NUMBERS.replace("</row>", TEXT.format("C1", "u_x") + "</row>")
    assert "aaaa" not in str(read(write(tmp_path / "e", incident_xlsx=book(f"{BOMB}{head}{row}"))))


def read(folder):
    """All that is in the incidents, or what is said of them."""
    try:
        data = load(folder)
        return data.collect(data.frame("incident", data.columns("incident"))).rows()
    except DatasetError as fault:
        return str(fault)


def test_what_unpacks_to_far_more_than_it_weighs(tmp_path):
    content = book(NUMBERS + FIRST + " " * (70 * 2**20))
    assert "incident.xlsx: would unpack to 73," in said(write(tmp_path / "d", incident_xlsx=content))


# What is large and sound


def test_600_000_rows(tmp_path):
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}"><v>46086.5</v></c></row>' for n in range(2, 600_002)
    )
    folder = write(tmp_path / "d", incident_xlsx=book(NUMBERS + rows))
    data = load(folder)
    # B is a number without a date's format, and no time.
    assert len(data.rejects) == 600_000
    assert data.files[0].rows == 600_000


def test_many_columns(tmp_path):
    row = "".join(f'<c r="{column(n)}{{row}}" t="inlineStr"><is><t>{{text}}{n}</t></is></c>' for n in range(3, 2_003))
    head = NUMBERS.replace("</row>", row.format(row=1, text="u_") + "</row>")
    first = FIRST.replace("</row>", row.format(row=2, text="v") + "</row>")
    data = load(write(tmp_path / "d", incident_xlsx=book(head + first)))
    assert data.collect(data.frame("incident", ["number", "u_2002"])).row(0) == ("1", "v2002")


def column(number):
    letters = ""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


# The process


def test_one_process_reads_all_and_is_gone_at_the_end(tmp_path, monkeypatch):
    before = alive()
    started = []
    own = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *given, **more: started.append(given) or own(*given, **more))
    files = {f"incident_{n}_xlsx": book(NUMBERS + FIRST.replace("<v>1<", f"<v>{n}<")) for n in range(100)}
    assert load(write(tmp_path / "d", **files)).height("incident") == 100
    assert len(started) == 1
    assert alive() == before
    load(write(tmp_path / "e"))
    assert len(started) == 1


def test_another_takes_over_from_one_that_was_ended(tmp_path):
    before = alive()
    files = {"incident_1_xlsx": book(far("ZZ1048576")), "incident_2_xlsx": b"none", "incident_3_xlsx": book()}
    with pytest.raises(DatasetError) as fault:
        load(write(tmp_path / "d", **files))
    assert [line.split(": ")[:2] for line in str(fault.value).splitlines()] == [
        ["incident_1.xlsx", str(fault.value).split(": ")[1]],
        ["incident_2.xlsx", "is no xlsx workbook that can be read"],
    ]
    assert "8 GiB" in str(fault.value).splitlines()[0]
    assert alive() == before


READERS = {
    "is never done": "import sys, time; sys.stdout.buffer.write(bytes(8)); sys.stdout.flush(); time.sleep(10**6)",
    "ends at once": "import sys; sys.stdout.buffer.write(bytes(8))",
    "is ended in the middle of its answer": "import sys; sys.stdout.buffer.write(bytes(8) + b'9' + bytes(7) + b'ab')",
}


@pytest.mark.parametrize("kind", READERS)
def test_a_reader_that(tmp_path, monkeypatch, kind):
    before = alive()
    (tmp_path / "reader.py").write_text(READERS[kind])
    monkeypatch.setattr(workbook, "_READER", tmp_path / "reader.py")
    monkeypatch.setattr(workbook, "SECONDS", 1)
    assert "takes more than" in said(write(tmp_path / "d", incident_xlsx=book() + bytes(10**6)))
    assert alive() == before


@pytest.mark.parametrize("reader", ["nowhere.py", "fails.py"])
def test_a_reader_that_does_not_start(tmp_path, monkeypatch, reader):
    (tmp_path / "fails.py").write_text("import there_is_no_such_module")
    monkeypatch.setattr(workbook, "_READER", tmp_path / reader)
    assert "the process that reads workbooks does not start" in said(write(tmp_path / "d", incident_xlsx=book()))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    assert "does not start: No such file or directory." in said(tmp_path / "d")


def test_an_interrupt_ends_it(tmp_path, monkeypatch):
    before = alive()

    def interrupted(*_):
        raise KeyboardInterrupt

    def ask():
        with Workbooks() as books:
            books.read(book(), "incident")
            assert len(alive()) == len(before) + 1
            monkeypatch.setattr(workbook, "_block", interrupted)
            books.read(book(), "incident")

    with pytest.raises(KeyboardInterrupt):
        ask()
    assert alive() == before


ASK = """
import sys
from pathlib import Path
from casesim.dataset.workbook import Workbooks
with Workbooks() as books:
    for name in sys.argv[1:]:
        print(books.read(Path(name).read_bytes(), "incident").height, flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("busy", [False, True])
def test_it_ends_when_ours_is_killed(tmp_path, busy):
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(2, 300_000))
    (tmp_path / "small.xlsx").write_bytes(book())
    (tmp_path / "large.xlsx").write_bytes(book(NUMBERS + rows))
    names = [str(tmp_path / name) for name in ("small.xlsx", "large.xlsx" if busy else "small.xlsx")]
    process = subprocess.Popen([sys.executable, "-c", ASK, *names], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout.readline().strip() == b"1"
        if not busy:
            assert process.stdout.readline().strip() == b"1"
        [child] = psutil.Process(process.pid).children()
    finally:
        process.kill()
        process.communicate()
    try:
        child.wait(120)
    except psutil.TimeoutExpired:
        child.kill()
        pytest.fail("it stays")


SCRIPT = """
import casesim as cs
print(cs.load({!r}).height("incident"))
"""


THREAD = """
import threading
import casesim as cs
thread = threading.Thread(target=lambda: print(cs.load({!r}).height("incident")))
thread.start()
thread.join()
"""


@pytest.mark.parametrize("way", ["thread", "script", "stdin"])
def test_from_wherever_it_is_asked(tmp_path, way):
    folder = write(tmp_path / "d", incident_xlsx=book())
    code = (THREAD if way == "thread" else SCRIPT).format(str(folder))
    # Without `if __name__ == "__main__"`: what starts anew from the script would start for ever.
    (tmp_path / "script.py").write_text(code)
    words = {"script": ["script.py"], "stdin": ["-"]}.get(way, ["-c", code])
    done = subprocess.run(
        [sys.executable, *words], cwd=tmp_path, input=code, capture_output=True, text=True, timeout=300, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")


def test_it_imports_nothing_of_casesim():
    # So that it starts at once: casesim imports Polars, and what Polars needs.
    tree = ast.parse(workbook._READER.read_text())
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = [node.module if isinstance(node, ast.ImportFrom) else node.names[0].name for node in imports]
    assert "fastexcel" in names
    assert not [name for name in names if name.startswith(("casesim", "polars"))]
