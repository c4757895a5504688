"""``python -m bench [TOPIC …] [--json FILE]``: measure all topics, or the named ones, and print one table."""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from pathlib import Path
from time import monotonic

from bench import registry, report
from bench.rows import Row


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench", description="Measure the analysis against its peers.")
    parser.add_argument("topics", nargs="*", help="names of topics; without any, all")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the measurements to FILE as well")
    parser.add_argument("--list", action="store_true", help="list the topics and stop")
    options = parser.parse_args(argv)
    # of peers: that numba is missing (meant), divisions that they do on purpose
    warnings.simplefilter("ignore")
    registry.load()
    if options.list:
        print("\n".join(sorted(registry.TOPICS)))
        return 0
    try:
        topics = registry.chosen(options.topics)
    except registry.UnknownTopic as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    facts = report.machine()
    rows = [row for name, topic in topics.items() for row in _run(name, topic)]
    print("\n" + report.described(facts) + f"; peak {report.peak_of_all():.1f} GB\n\n" + report.table(rows))
    if options.json:
        stored = {"machine": facts, "rows": [row.as_dict() for row in rows]}
        options.json.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def _run(name: str, topic: registry.Topic) -> list[Row]:
    started = monotonic()
    print(f"→ {name} … ", end="", flush=True, file=sys.stderr)
    rows = list(topic())
    print(f"{monotonic() - started:.0f} s", flush=True, file=sys.stderr)
    return rows


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
