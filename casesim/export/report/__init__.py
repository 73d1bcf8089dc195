"""The impact report: one page that an approver reads, files, and can check.

package    all the files, tied by one hash
page       what stands on it, in order
svg        its two small charts
page.html.jinja   how it looks, on a screen and on A4
"""

from casesim.export.report.package import write_package

__all__ = ["write_package"]
