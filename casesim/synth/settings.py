"""The tables of how an instance is set: service definitions (R4) and properties (R2.1, R6, R7.2)."""

import pyarrow as pa

from casesim.synth.vocabulary import Vocabulary

_PROPERTIES = {
    "sn_ind_tsm_core.major_case_affected_account_threshold": "5",
    "proactive_workflows_for_providers.additional_comments_sync": "false",
    "sn_customerservice.parent_child_case_sync": "false",
    "sn_customerservice.case_fields_to_sync": (
        "priority,state,comments,work_notes,assigned_to,close_notes,resolution_code"
    ),
}


def property_table() -> pa.Table:
    """The rows of `sys_properties`: threshold 5, no comment sync, no parent-child sync."""
    return pa.table({"name": list(_PROPERTIES), "value": list(_PROPERTIES.values())})


def definition_table(words: Vocabulary) -> pa.Table:
    """The rows of `service_definition`: one for each product with a case type of its own, one for all products."""
    own = [(model, table) for model, table in words.products if table]
    return pa.table(
        {
            "name": [*(f"{model} trouble" for model, _ in own), "General trouble"],
            "product": pa.array([*(model for model, _ in own), None], pa.string()),
            "all_products": [*(False for _ in own), True],
            "table": [*(table for _, table in own), words.general_table],
            "order": [*(100.0 * (n + 1) for n in range(len(own))), 1_000.0],
        }
    )
