"""The only way in for pages, CLI and jobs: actions, their schemas, validators and authorisation."""
