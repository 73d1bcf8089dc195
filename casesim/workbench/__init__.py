"""The workbench in a notebook: widgets over results, charts and analyses. It holds no rule.

workbench   which part tells which, and what a change sets off
board       what a slider reads: arrays, made once for each policy
background  heavy work beside the screen, the latest wins
settings    the proposed policy as the controls have it
threshold, choices, conditions, mapping    the controls
answers, table, more, handing              what they come to, and what leaves
pieces, style, workbench.css               how it looks and reads
"""

from casesim.workbench.workbench import Workbench

__all__ = ["Workbench"]
