"""What is written stands there whole, or not at all, and is its owner's alone. Everything casesim writes goes this way.

```
access   who may read it: modes from birth, so that no moment shows more
moves    names that change hands at once, and what the disk is made to hold before
claim    one writer at a time, and what a stopped one left beside
files    one file, or several that belong together
folder   a folder
```
A reader finds what was there before or what is new, at every moment, whatever stops the writer. What a stopped writer
left is put right by the next one to write there.
"""

from casesim.disk.access import make_folder
from casesim.disk.files import write_file, write_files
from casesim.disk.folder import new_folder, put_right

__all__ = ["make_folder", "new_folder", "put_right", "write_file", "write_files"]
