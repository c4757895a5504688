"""How fast the analysis is beside others that do the same: ``make bench``, or ``python -m bench flags spatial``.

Not part of the wheel, and nothing here is a test of time: it prints what it measured. A topic is one file with one
function under ``@bench("name")`` that yields what to measure (see ``registry``); it is found by being in this folder.
"""
