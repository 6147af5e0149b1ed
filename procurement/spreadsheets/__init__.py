"""Sheets that come in: guard, read, check row by row, let a person look, and write all of it or nothing.

guard.py refuses what must not be opened · reading.py gives rows of cells · values.py says what a cell means ·
resource.py checks each row (django-import-export) · templates.py makes the sheets to fill in · work.py runs a
confirmed import in the worker · pages.py is what a person sees of it. Each app declares its sheets in resources.py.
"""
