"""Texts of CKAN that its own Brazilian catalogue gives with an error, or in words that this portal does not use.

Our catalogue is read after CKAN's, so what stands here is said our way. What CKAN does not translate at all need not be
named: `scripts/catalogue.py` finds it in the installed packages.
"""

from __future__ import annotations

from ckanext.msativo.i18n_marker import N_


def ngettext(one: str, many: str) -> tuple[str, str]:
    """Mark a plural, as `N_` marks a text."""
    return one, many


SAID_OTHERWISE = (
    # Names of places and buttons.
    N_("Dashboard"),
    N_("Activity Stream"),
    N_("Collaborators"),
    N_("Edit Collaborator"),
    N_("Add Collaborator"),
    N_("Update Collaborator"),
    N_("Trash"),
    N_("Reset"),
    N_("Custom"),
    N_("Link"),
    N_("Embed"),
    N_("Update"),
    N_("Required"),
    N_("Obligation"),
    N_("MIME Type"),
    N_("API Tokens"),
    N_("Create API Token"),
    N_("Create Account"),
    N_("Create Dataset"),
    N_("Confirm Delete"),
    N_("Save & add another"),
    N_("Text on home page"),
    N_("Remember me"),
    N_("Name Descending"),
    N_("Last updated"),
    N_("Search list..."),
    N_("Search followee"),
    N_("Boolean"),
    N_("New datasets"),
    N_("Image url"),
    N_("Audio url"),
    N_("Video url"),
    N_("Poster url"),
    N_("Web Page url"),
    N_("Copy to clipboard"),
    N_("Restore visibility"),
    N_("Double-click to reset filters"),
    N_("Upload Log"),
    N_("Create new {object_type}"),
    N_("No {object_type}"),
    N_("Show Only Popular {facet_type}"),
    N_("Member Since"),
    # Sentences.
    N_("Loading..."),
    N_("Missing Value"),
    N_("Forgotten your password?"),
    N_("No problem, use our password recovery form to reset it."),
    N_("What are roles?"),
    N_("Email or username"),
    N_("Email is required"),
    N_("Invalid URL."),
    N_("Invalid parameters"),
    N_("Invalid regular expression"),
    N_("Why Sign Up?"),
    N_("Click here for more information."),
    N_("You are not a member of any organizations."),
    N_("Are you sure you want to delete this User?"),
    N_("There are currently no organizations for this site"),
    N_('Sorry no datasets found for "{query}"'),
    N_("{actor} signed up"),
    N_("Unauthorized to create group %s members"),
    N_("Login failed. Bad username or password."),
)

SAID_OTHERWISE_OF_MANY = (
    ngettext('{number} organization found for "{query}"', '{number} organizations found for "{query}"'),
)
