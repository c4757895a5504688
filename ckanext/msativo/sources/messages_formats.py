"""What the readers of the agencies' formats say to people, by code."""

from __future__ import annotations

from ckanext.msativo.i18n_marker import N_

_FILE = {
    "several_files": N_("The archive holds several files ({files}). Unpack it and send them one at a time."),
    "broken_archive": N_("The archive is damaged or was cut off on its way ({reason}). Download it again."),
    "encrypted_archive": N_("The archive is protected by a password. Unpack it and send the file inside."),
    "too_large_text": N_(
        "The file is larger than the limit of {limit} MB. Ask the source for fewer years or variables."
    ),
    "bad_json": N_("The JSON is cut off or damaged ({reason}). Download it again."),
    "repeated_json_key": N_("The JSON has the key {key} twice in one object: it cannot be told which counts."),
    "unknown_json": N_(
        "No reader knows this JSON (it has: {found}). Send an answer of SIDRA, IBGE agregados, localidades or "
        "malhas, SICONFI, IPEADATA, or a datapackage.json."
    ),
    "empty_answer": N_("The source answered without any data. Check the table, period and places that were asked for."),
    "no_year": N_("The file does not say of which year its figures are. Give the year along with the file."),
    "several_years": N_(
        "The figures are of {period} together and cannot be given to one year. Ask the source for one column per year."
    ),
    "not_yearly": N_("{value} is not a year, and only yearly figures can be loaded. Ask the source for years."),
    "not_by_municipality": N_(
        "The table is by {found}, not by municipality. Ask the source for one row per municipality."
    ),
    "no_table": N_(
        "The table of this format was not found: {expected} is missing. Send the file as it was downloaded."
    ),
    "no_row_of_state": N_(
        "None of the {rows} rows belongs to a municipality of this state ({skipped} rows of other places were skipped)."
    ),
    "not_additive": N_(
        "The months do not add up to the column Total, so they cannot be summed into years. Ask the source for one "
        "column per year."
    ),
    "several_tables": N_("Several sheets hold tables of this kind ({sheets}). Send one file for each."),
    "package_file": N_(
        "The package does not hold the file {path} of its resource {name}. Send the package as a zip with all of its "
        "files."
    ),
    "more_problems_file": N_("{count} more problems are not listed."),
}

_ROW = {
    "unknown_name": N_("No municipality of this state has the name {value}. Correct it, or ask the source for codes."),
    "name_without_state": N_(
        "{value} has neither a code nor the state after the name, and other states may have the same name. Ask the "
        "source for codes."
    ),
    "short_row": N_("The row has {cells} of {columns} cells: the file was cut off or damaged. Download it again."),
    "series_missing": N_("The file does not have the series {series}; it has: {found}."),
    "wrong_shape": N_("{value} stands where {expected} should be. Send the answer as the source gave it."),
}

_NOTES = {
    "other_states": N_("{count} rows of other states were skipped."),
    "larger_areas": N_("{count} rows of the country, regions or states were skipped."),
    "unidentified": N_("{count} rows of an unidentified municipality (ignorado) were skipped."),
    "before_installation": N_(
        "{count} figures of years before the municipality was installed were set aside ({places})."
    ),
    "unmapped_series": N_("{count} other series of the file are not mapped to an indicator and were left out."),
    "zero_filled": N_(
        "{count} zeros were added for municipalities that the source leaves out because nothing occurred."
    ),
    "rate_not_filled": N_(
        "{label} is no count of events: municipalities that the source leaves out stay without a value, not zero."
    ),
    "no_total_row": N_(
        "The row Total is missing, so the file may have been cut off: municipalities that are left out were not "
        "counted as zero."
    ),
    "total_differs": N_(
        "The rows of {column} add up to {found}, but the row Total says {total}: the file may have been edited or cut."
    ),
    "months_summed": N_("The figures of {years} are the sums of their twelve months."),
    "incomplete_years": N_("Years without all their twelve months were left out: {years}."),
    "part_of_year": N_("The figures are of {period}, not of a whole year."),
    "more_pages": N_(
        "The source has more pages than this one of {count} items: series and municipalities may be missing."
    ),
    "other_levels": N_("{count} figures of other territorial levels were skipped."),
    "territory_differs": N_("{codigo}: the file has {found}, the configured territory {expected}."),
    "territory_lacking": N_("{count} municipalities of the configured territory are not in the file: {places}."),
    "package_resources": N_("Resources of the package without a municipality and a year were left out: {names}."),
}

FORMATS: dict[str, str] = {**_FILE, **_ROW, **_NOTES}
