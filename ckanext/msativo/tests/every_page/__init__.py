"""The registry of every page, and the portal on which all of them have something to show."""
