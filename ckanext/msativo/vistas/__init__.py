"""CKAN's resource views of the programme: "Situação crítica" of any table, "Foco do desafio" of a challenge's result.

``columns``, ``table`` and ``judging`` are pure: rows in, results out. ``options`` are what a view is told in its form,
``showing`` makes what it shows, ``plugins`` are what CKAN asks of it.
"""
