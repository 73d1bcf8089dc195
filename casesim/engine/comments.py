"""R6 to R6.5, R7.2: from roots to the journal, and what a notify action cannot tell."""

import narwhals.stable.v2 as nw

from casesim.policy import Policy
from casesim.tables import Frame

ENTRY = (
    *("root", "incident", "case", "place", "customer", "form"),
    *("element", "origin", "created_at", "unintended", "duplicate"),
)
ON_CASE = ("reply", "agent")

_KIND, _TIME = nw.col("kind"), nw.col("created_at")
_EXISTS = nw.col("opened_at") <= _TIME


def entries(roots: Frame, chosen: Frame, cases: Frame, policy: Policy, base_table: int) -> Frame:
    """R6 to R6.5, R7.2: every journal entry that comes of a root.

    Args:
        roots: `root`, `incident`, `kind` (comment | work_note | notify | reply | agent), `created_at`, `case` (the own
            one of a reply or agent comment), `everyone` (an action that chooses every customer case).
        chosen: `root`, `case`: what the other actions choose.
        cases: `case`, `incident`, `customer` (null: none), `kind`, `place`, `table`, `opened_at`, `ended_at` (when it
            was resolved or cancelled, null: never). All times are epoch microseconds.
        policy: the switches P and B, the copies' element, the sync of child cases.
        base_table: the place of sn_customerservice_case in `table`.

    Returns:
        `root`, `incident`, `case`, `place`, `customer` (null on the record itself), `form` (R6.6: 0 the root's own
        entry, 1 on a chosen case or a reply's copy on the record, 2 a copy from the record, 3 one that the major case
        passes on), `element`, `origin`, `created_at`, `unintended`, `duplicate`; in no promised order.
    """
    written = roots if policy.sync_comments else roots.filter(_KIND != "notify")
    written = written.select("root", "incident", "created_at", "kind", "everyone", own="case")
    sides = _sides(cases)
    parts = [_on_records(written), _on_own_cases(written, sides)]
    if policy.sync_comments:
        told = _chosen(written, chosen, sides).filter(_EXISTS)
        parts.append(_entry(told, form=1, element=nw.lit("comments"), origin=nw.lit("notify")))
        back = _nowhere(written.filter(_KIND == "reply"))
        parts.append(_entry(back, form=1, element=nw.lit("comments"), origin=nw.lit("copy")))
    if policy.copy_comments:
        parts += _copied(written, chosen, sides, policy, base_table)
    return nw.concat(parts)


def blocked(roots: Frame, chosen: Frame, cases: Frame, policy: Policy) -> Frame:
    """R6: the chosen cases that a notify action cannot tell: all with P off, else those that do not exist yet.

    Args:
        roots, chosen, cases, policy: as in `entries`.

    Returns:
        `root`, `incident`, `case`, `place`, `customer`, `created_at`, `reason` (sync_off | no_case_yet).
    """
    actions = roots.select("root", "incident", "created_at", "kind", "everyone", own="case")
    missed = _chosen(actions, chosen, _sides(cases))
    if policy.sync_comments:
        missed = missed.filter(~_EXISTS)
    reason = "no_case_yet" if policy.sync_comments else "sync_off"
    columns = ("root", "incident", "case", "place", "customer", "created_at")
    return missed.select(*columns, reason=nw.lit(reason))


def notices(entries: Frame) -> Frame:
    """R5.2: the entries that notify: comments on customer cases, but for a reply itself.

    Args:
        entries: as `entries` gives them.

    Returns:
        `root`, `form`, `incident`, `case`, `place`, `customer`, `created_at`, `unintended`.
    """
    told = ~nw.col("customer").is_null() & (nw.col("element") == "comments") & (nw.col("origin") != "reply")
    return entries.filter(told).select(
        "root", "form", "incident", "case", "place", "customer", "created_at", "unintended"
    )


def _sides(cases: Frame) -> Frame:
    return cases.select(
        "incident", "case", "place", "customer", "table", "opened_at", "ended_at", case_kind=nw.col("kind")
    )


def _on_records(written: Frame) -> Frame:
    """R6: a root's own entry on its record."""
    rows = _nowhere(written.filter(~_KIND.is_in(ON_CASE)))
    element = nw.when(_KIND == "work_note").then(nw.lit("work_notes")).otherwise(nw.lit("comments"))
    origin = nw.when(_KIND == "notify").then(nw.lit("notify")).otherwise(nw.lit("input"))
    return _entry(rows, form=0, element=element, origin=origin)


def _on_own_cases(written: Frame, sides: Frame) -> Frame:
    """R6, R6.1: a reply, or an agent comment, on its case."""
    rows = written.filter(_KIND.is_in(ON_CASE)).join(
        sides.select("case", "place", "customer"), left_on="own", right_on="case", how="inner"
    )
    origin = nw.when(_KIND == "reply").then(nw.lit("reply")).otherwise(nw.lit("input"))
    return _entry(rows.with_columns(case=nw.col("own")), form=0, element=nw.lit("comments"), origin=origin)


def _chosen(written: Frame, chosen: Frame, sides: Frame) -> Frame:
    """R6: a row for each case that an action chooses, whenever it is opened."""
    actions = written.filter(_KIND == "notify")
    customers = sides.filter(~nw.col("customer").is_null())
    everyone = actions.filter(nw.col("everyone")).join(customers, on="incident", how="inner")
    named = actions.filter(~nw.col("everyone")).join(chosen, on="root", how="inner")
    named = named.join(sides.drop("incident"), on="case", how="inner")
    columns = ("root", "incident", "created_at", "case", "place", "customer", "opened_at")
    return nw.concat([everyone.select(columns), named.select(columns)])


def _copied(written: Frame, chosen: Frame, sides: Frame, policy: Policy, base_table: int) -> list[Frame]:
    """R6.2, R6.3: comments that appear on the record, on all its cases; R7.2: from its major case to the children.

    R6.4: only roots and what they put on the record are copied, never a copy.
    """
    element = policy.choices.comment_copy_target
    appear = ("comment", "notify", "reply") if policy.sync_comments else ("comment",)
    seen = written.filter(_KIND.is_in(appear)).join(sides, on="incident", how="inner").filter(_EXISTS)
    if policy.sync_comments:
        by_name = (_KIND == "notify") & ~nw.col("everyone")
        listed = chosen.select("root", "case", listed=nw.lit(True))
        named = seen.filter(by_name).join(listed, on=["root", "case"], how="left")
        named = named.with_columns(meant=nw.col("listed").fill_null(False)).drop("listed")
        others = seen.filter(~by_name)
        everyone = ~nw.col("customer").is_null()
        own = (nw.col("case") == nw.col("own")).fill_null(False)
        others = others.with_columns(meant=nw.when(_KIND == "notify").then(everyone).otherwise(own))
        seen = nw.concat([others, named.select(others.columns)])
        # An incident comment chose everybody, and no case holds it yet.
        by_choice = _KIND != "comment"
        marks = {"unintended": by_choice & ~nw.col("meant"), "duplicate": nw.col("meant")}
    else:
        marks = {"unintended": nw.lit(False), "duplicate": nw.lit(False)}
    seen = seen.with_columns(**marks)
    copies = [_entry(seen, form=2, element=nw.lit(element), origin=nw.lit("copy"), marked=True)]
    if policy.sync_children and element in policy.sync_fields:
        passed = _passed_on(seen, sides, policy, base_table).with_columns(duplicate=nw.lit(True))
        copies.append(_entry(passed, form=3, element=nw.lit(element), origin=nw.lit("copy"), marked=True))
    return copies


def _passed_on(copies: Frame, sides: Frame, policy: Policy, base_table: int) -> Frame:
    """R7.2: the copies on children that the copy on their major case comes to once more.

    Both exist, or there would be no such copies, and the child is open: one that ends at that very time is not.
    """
    majors = sides.filter(nw.col("case_kind") == "major")
    majors = majors.select("incident", major_table=nw.col("table"), major_opened=nw.col("opened_at"))
    rows = copies.filter(nw.col("case_kind") == "child").join(majors, on="incident", how="inner")
    rows = rows.filter(nw.col("major_opened") <= _TIME, nw.col("ended_at").is_null() | (nw.col("ended_at") > _TIME))
    if policy.choices.sync_extended_case_types:
        return rows
    return rows.filter(nw.col("table") == base_table, nw.col("major_table") == base_table)


def _nowhere(rows: Frame) -> Frame:
    """Rows on the record itself, which is no case."""
    return rows.with_columns(
        case=nw.lit(None, nw.UInt32), place=nw.lit(None, nw.Int32), customer=nw.lit(None, nw.UInt32)
    )


def _entry(rows: Frame, *, form: int, element: nw.Expr, origin: nw.Expr, marked: bool = False) -> Frame:
    """Rows as entries; without marks of their own neither unintended nor duplicate."""
    marks = {} if marked else {"unintended": nw.lit(False), "duplicate": nw.lit(False)}
    return rows.with_columns(form=nw.lit(form, nw.Int8), element=element, origin=origin, **marks).select(ENTRY)
