"""A result, handed over: files in a folder (`folder`), each format in a module of its own."""

from casesim.export.folder import FORMATS, write_folder

__all__ = ["FORMATS", "write_folder"]
