"""A result, handed over: files in a folder (`folder`), each format in a module of its own."""

from casesim.export.folder import FORMATS, refuse_existing, write_folder

__all__ = ["FORMATS", "refuse_existing", "write_folder"]
