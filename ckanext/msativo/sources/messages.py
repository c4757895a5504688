"""What readers say to people, by code: one table, so that a translator sees all of it."""

from __future__ import annotations

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.sources.messages_formats import FORMATS

_FILE = {
    "empty_file": N_("The file is empty. Send a file with a header and at least one row."),
    "html_page": N_(
        "This is a web page (HTML or XML), not a table: the download probably failed or asked for "
        "a login. Open the address in a browser, download the data again and send CSV or XLSX."
    ),
    "wrong_type": N_("A file of type {type} cannot be read. Save the table as XLSX or CSV."),
    "binary_file": N_("This is neither text nor an XLSX workbook. Save the table as XLSX or CSV."),
    "encrypted": N_("The workbook is protected by a password. Save a copy without a password."),
    "broken_workbook": N_(
        "The workbook is damaged or was cut off on its way ({reason}). Download it again, or open "
        "it in a spreadsheet program and save it as XLSX."
    ),
    "too_large": N_(
        "Unpacked, the workbook would take {size} MB; the limit is {limit} MB. Send fewer rows per file, or CSV."
    ),
    "too_many_cells": N_(
        "A sheet reaches over {rows} rows and {columns} columns, more than can be read. Delete "
        "stray cells far to the right or below (or copy the table to a new workbook), or send CSV."
    ),
    "nul_bytes": N_("The text holds NUL bytes: the file is damaged. Export it again."),
    "bad_encoding": N_("The text is not valid {encoding}. Export it again as CSV in UTF-8."),
    "long_line": N_(
        "A line is longer than {limit} characters: this is not a table with one observation per "
        "row. Check the line breaks and the quotation marks."
    ),
    "bad_quoting": N_(
        "Quotation marks do not match ({reason}). Put the whole cell between quotation marks and "
        "double those inside it."
    ),
    "no_header": N_(
        "None of the first {rows} rows is a header with the columns {expected}. Add it, or choose "
        "the reader of the file's format."
    ),
    "missing_columns": N_("The header lacks the columns {missing}; it has {found}. Add or rename the columns."),
    "duplicate_column": N_("The column is there more than once. Keep one of them."),
    "several_sheets": N_("Several sheets hold observations ({sheets}). Leave one in the file, or send one file each."),
    "too_many_distinct": N_("The column holds more than {limit} different texts. Check that it is the right column."),
    "ambiguous_decimal": N_(
        "It cannot be told whether {value} has thousands or decimals, and no other number in this "
        "column shows it. Say which mark is the decimal one: --decimal , or --decimal ."
    ),
    "mixed_decimal": N_(
        "The column mixes decimal commas (rows {comma_rows}) and decimal points (rows "
        "{point_rows}). Write all its numbers in one way."
    ),
    "unknown_reader": N_("There is no reader named {reader}. Choose one of: {known}."),
}

_ROW = {
    "extra_cells": N_(
        "The row has more cells than the header. A decimal comma in a file separated by commas "
        "must be between quotation marks."
    ),
    "missing_indicador": N_("The name of the indicator is missing. Fill it in."),
    "missing_code": N_("The IBGE code is missing. Fill it in."),
    "bad_code": N_("{value} is not an IBGE code of a municipality. Write its 6 or 7 digits."),
    "unknown_municipality": N_("No municipality of this state has the code {value}. Correct it, or delete the row."),
    "missing_year": N_("The year is missing. Fill it in."),
    "not_a_year": N_("{value} is not a year. Write it with four digits, not as a date."),
    "impossible_year": N_("The year {value} is not between {min_year} and {max_year}. Correct it."),
    "not_installed": N_("{nome} was not yet a municipality in {ano}. Leave the cell empty, or delete the row."),
    "duplicate": N_("{nome} in {ano} is already in row {first_row} with other values. Keep one of the rows."),
    "not_a_number": N_(
        "{value} is not a number. Write only the number, without unit, currency or %; leave the "
        "cell empty if there is none."
    ),
    "ambiguous_dash": N_(
        "{value} means zero to some agencies and missing to others. Write 0, or leave the cell empty."
    ),
    "wrong_decimal": N_(
        "{value} does not fit the decimal mark that was given ( {decimal} ). Correct the number, "
        "or give the other mark."
    ),
    "unknown_note": N_("{value} is not a known note. Use one of: {known}."),
    "more_problems": N_("{count} more problems of this indicator are not listed."),
}

_NOTES = {
    "ignored_columns": N_("Columns that are not known were left out: {columns}."),
    "encoding_assumed": N_("The text is not UTF-8; it was read as {encoding}. Check that accents appear correctly."),
    "error_cells": N_(
        "The workbook has cells with a spreadsheet error such as #N/A or #DIV/0! (the first: "
        "{cell}); they count as empty."
    ),
    "uncalculated_cells": N_(
        "The workbook has formulas without a stored result; they count as empty. Open it in a "
        "spreadsheet program and save it."
    ),
    "repeated_rows": N_("{count} rows repeat an earlier row exactly and were counted once."),
}

MESSAGES: dict[str, str] = {**_FILE, **_ROW, **_NOTES, **FORMATS}
