"""The same answers in DuckDB SQL: tables for what is used twice, COPY for what is written."""

from pathlib import Path

import duckdb
import polars as pl

from benchmarks import THRESHOLD, Decided, Totals

# R1, R1.2, R1.3: every way from an incident to an install base item that counts.
ROUTES = """
CREATE TEMP VIEW ci AS
    SELECT sys_id AS incident, cmdb_ci AS target FROM incident WHERE cmdb_ci IS NOT NULL
    UNION SELECT task, ci_item FROM task_ci;
CREATE TEMP VIEW target AS
    FROM ci
    UNION SELECT sys_id, business_service FROM incident WHERE business_service IS NOT NULL
    UNION SELECT task, cmdb_ci_service FROM task_cmdb_ci_service
    UNION SELECT incident, service_id FROM ci JOIN svc_ci_assoc ON ci_id = target;
CREATE TEMP VIEW route AS
    SELECT incident, account, consumer, product
    FROM target JOIN sn_install_base_item ON configuration_item = target
    WHERE coalesce(lower(install_status) NOT IN ('7', 'retired'), true) AND coalesce(active, true);
"""

K = """
CREATE TEMP TABLE k AS
    WITH pair AS (
        SELECT incident, account FROM route WHERE account IS NOT NULL
        UNION SELECT incident, account FROM affected_account WHERE account IS NOT NULL
    ), counted AS (SELECT incident, count(*) AS k FROM pair GROUP BY incident)
    SELECT sys_id AS incident, coalesce(k, 0) AS k
    FROM incident LEFT JOIN counted ON incident.sys_id = counted.incident;
"""

THRESHOLDS = """
WITH histogram AS (SELECT k, count(*) AS n FROM k GROUP BY k),
every AS (SELECT unnest(range(1, max(k) + 2)) AS threshold FROM k),
cumulated AS (
    SELECT threshold, sum(coalesce(n, 0)) OVER (ORDER BY threshold)::BIGINT AS below
    FROM every LEFT JOIN histogram ON k = threshold - 1
), total AS (SELECT count(*) AS incidents, count(*) FILTER (k = 0) AS none, sum(k)::BIGINT AS pairs FROM k)
SELECT threshold, none, below - none AS individual, incidents - below AS major, pairs + major AS cases
FROM cumulated, total ORDER BY threshold
"""

# R4, R4.1: definitions in the order in which they are tried; R1.1: each account once, with its best definition.
PAIRS = """
CREATE TEMP TABLE tried AS
    SELECT *, row_number() OVER (ORDER BY all_products, "order" NULLS LAST, name NULLS FIRST, product NULLS FIRST,
        "table" NULLS FIRST) AS rank FROM service_definition;
CREATE TEMP TABLE reached AS
    WITH by_product AS (SELECT product, min(rank) AS rank FROM tried WHERE NOT all_products GROUP BY product)
    SELECT incident, account, consumer, rank FROM route LEFT JOIN by_product USING (product)
    UNION ALL SELECT incident, account, consumer, NULL FROM affected_account;
CREATE TEMP TABLE pair AS
    WITH best AS (
        SELECT incident, account, coalesce(min(rank), (SELECT min(rank) FROM tried WHERE all_products)) AS rank
        FROM reached WHERE account IS NOT NULL GROUP BY incident, account
    )
    SELECT best.*, "table", primary_contact, contract_value,
        row_number() OVER (PARTITION BY incident ORDER BY account) AS place
    FROM best JOIN tried USING (rank) LEFT JOIN customer_account ON customer_account.sys_id = account;
"""

# R2, R4.1, R7: one row per incident.
RECORDS = """
CREATE TEMP TABLE record AS
    WITH counts AS (SELECT incident, count(*) AS k, sum(contract_value) AS value FROM pair GROUP BY incident),
    homes AS (
        SELECT incident, count(DISTINCT consumer) AS consumers FROM reached WHERE consumer IS NOT NULL GROUP BY incident
    ),
    votes AS (SELECT incident, "table", count(*) AS votes, min(rank) AS rank FROM pair GROUP BY incident, "table"),
    winners AS (SELECT incident, first("table" ORDER BY votes DESC, rank) AS "table" FROM votes GROUP BY incident)
    SELECT sys_id, number, short_description, description, contact_type, opened_at, close_notes, close_code, cause,
        coalesce(k, 0) AS k, coalesce(consumers, 0) AS consumers, coalesce(value, 0) AS value, "table",
        CASE WHEN coalesce(k, 0) = 0 THEN 'none' WHEN k < {T} THEN 'individual' ELSE 'major' END AS outcome,
        CASE WHEN state IS NOT DISTINCT FROM '8' THEN NULL
            ELSE coalesce(resolved_at, CASE WHEN state IN ('6', '7') THEN closed_at END) END AS resolved,
        coalesce(opened_at <= resolved, false) AS informed
    FROM incident LEFT JOIN counts ON sys_id = counts.incident LEFT JOIN homes ON sys_id = homes.incident
        LEFT JOIN winners ON sys_id = winners.incident;
"""

# R3, R3.1, R3.2, R7, R7.1.
CASES = """
CREATE TEMP TABLE made AS
    WITH own AS (
        SELECT record.*, account, primary_contact AS contact, pair."table" AS class, outcome = 'major' AS child,
            number || '-' || format('{{:04d}}', place) AS case_number
        FROM pair JOIN record ON sys_id = incident
    ), majors AS (
        SELECT *, NULL AS account, NULL AS contact, "table" AS class, false AS child, number || '-M' AS case_number
        FROM record WHERE outcome = 'major'
    ), cases AS (FROM own UNION ALL FROM majors)
    SELECT case_number AS number, case_number AS correlation_id,
        CASE WHEN child THEN 'child' ELSE if(account IS NULL, 'major', 'individual') END AS kind,
        CASE WHEN child THEN number || '-M' END AS parent, 'incident' AS source, sys_id AS incident,
        number AS incident_number, account, NULL::VARCHAR AS consumer, contact, class AS sys_class_name,
        if(kind = 'major', 'accepted', NULL) AS major_case_state, true AS proactive, contact_type,
        if(kind = 'individual' AND informed, '6', '1') AS state, short_description, description, opened_at,
        CASE WHEN kind = 'individual' AND informed THEN resolved END AS resolved_at,
        CASE WHEN informed THEN close_notes END AS close_notes,
        CASE WHEN informed THEN close_code END AS resolution_code, CASE WHEN informed THEN cause END AS cause
    FROM cases;
"""

OUTPUT = {
    "decisions": """
SELECT 'incident' AS source, sys_id AS incident, number AS incident_number, k AS affected_accounts,
    consumers AS affected_consumers, k AS counted, {T}::BIGINT AS threshold, outcome,
    CASE outcome WHEN 'none' THEN 'no_customers' WHEN 'individual' THEN 'below_threshold'
        ELSE 'at_or_above_threshold' END AS reason, value AS contract_value, opened_at,
    CASE WHEN k > 0 THEN opened_at END AS decided_at, NULL::TIMESTAMPTZ AS promoted_at, k AS first_count,
    k AS final_count, k AS peak_count
FROM record ORDER BY incident_number""",
    "cases": "FROM made ORDER BY number",
    # R5, R5.1, R5.2.
    "notifications": """
WITH told AS (
    SELECT *, 'case_created' AS event, opened_at AS created_at FROM made WHERE kind <> 'major'
    UNION ALL SELECT *, 'resolved', resolved_at FROM made WHERE state = '6'
), reached AS (
    SELECT told.*, email AS address, CASE WHEN sys_id IS NULL THEN 'no_contact'
        WHEN NOT coalesce(active, true) THEN 'inactive_contact'
        WHEN lower(notification) IN ('disabled', 'disable', '1') THEN 'opted_out'
        WHEN email IS NULL THEN 'no_email' END AS reason
    FROM told LEFT JOIN customer_contact ON sys_id = contact
)
SELECT number AS case_number, incident_number, account, consumer, contact, if(reason IS NULL, address, NULL) AS email,
    event, if(reason IS NULL, 'sent', 'suppressed') AS status, reason, false AS unintended, created_at,
    CASE WHEN reason IS NULL THEN created_at END AS deliver_at, NULL::VARCHAR AS subject, NULL::VARCHAR AS body,
    NULL::VARCHAR AS journal_id
FROM reached ORDER BY created_at, case_number, event""",
    # R7.1, R7.4.
    "journal": """
WITH note AS (
    SELECT 'incident' AS "table", number AS record, 'There is a major case associated with this incident.' AS value,
        resolved AS created_at FROM record WHERE outcome = 'major' AND informed
    UNION ALL SELECT 'case', number, incident_number || ' resolved' || coalesce(': ' || close_notes, ''), resolved_at
    FROM made WHERE state = '6'
)
SELECT record || '-R' AS id, "table", record, 'work_notes' AS element, value, created_at, 'system' AS created_by,
    'resolution' AS origin, NULL::VARCHAR AS copied_from, false AS unintended, false AS duplicate
FROM note ORDER BY record""",
    "rejects": """
SELECT '' AS "table", 0::BIGINT AS row, '' AS column, '' AS value, '' AS reason WHERE false""",
}


def decide(data: Path, threshold: int) -> Decided:
    base = _connect(data)
    base.execute(K)
    return Decided(base, _totals(base, threshold), base.sql(THRESHOLDS).pl())


def second(decided: Decided, threshold: int) -> Totals:
    return _totals(decided.k, threshold)


def per_incident(decided: Decided) -> pl.DataFrame:
    return decided.k.sql("FROM k").pl()


def run(data: Path, out: Path) -> None:
    base = _connect(data)
    for statement in (PAIRS, RECORDS, CASES):
        base.execute(statement.format(T=THRESHOLD))
    for name, query in OUTPUT.items():
        base.execute(f"COPY ({query.format(T=THRESHOLD)}) TO '{out / name}.parquet' (FORMAT parquet)")


def _connect(data: Path) -> duckdb.DuckDBPyConnection:
    base = duckdb.connect()
    base.execute("SET TimeZone = 'UTC'")
    for file in data.glob("*.parquet"):
        base.execute(f"CREATE VIEW {file.stem} AS FROM '{file}'")
    base.execute(ROUTES)
    return base


def _totals(base: duckdb.DuckDBPyConnection, threshold: int) -> Totals:
    names = ("none", "individual", "major", "cases")
    row = base.execute(
        """SELECT count(*) FILTER (k = 0), count(*) FILTER (k BETWEEN 1 AND $t - 1), count(*) FILTER (k >= $t) AS major,
            sum(k)::BIGINT + major FROM k""",
        {"t": threshold},
    ).fetchall()[0]
    return Totals(**dict(zip(names, row, strict=True)))
