"""Model → everything Python: names, annotations, imports, docstrings, statements. Pure functions; nothing here knows of
files.
"""
