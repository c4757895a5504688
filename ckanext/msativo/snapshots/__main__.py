"""``python -m ckanext.msativo.snapshots FOLDER``: compute an exported analysis anew and compare every number."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ckanext.msativo.snapshots.problems import FolderError
from ckanext.msativo.snapshots.verify import verify


def main(arguments: list[str] | None = None) -> int:
    """Print the report; 0 = everything agrees, 1 = it does not, or the folder cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m ckanext.msativo.snapshots", description=__doc__)
    parser.add_argument("folder", type=Path, help="what `ckan msativo export snapshot` wrote")
    try:
        report = verify(parser.parse_args(arguments).folder)
    except (FolderError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(report.lines()))
    return 0 if report.agrees else 1


if __name__ == "__main__":
    sys.exit(main())
