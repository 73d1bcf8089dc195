"""What a user holds: frozen values with what only files and pictures can add to them.

result       one policy over one dataset
comparison   two policies side by side, with the impact report and the change file
sweep        every threshold at once, with its picture
"""

from casesim.results.result import TABLES, Result, simulate

__all__ = ["TABLES", "Result", "simulate"]
