"""``python -m devstack COMMAND``: what the Makefile calls."""

from __future__ import annotations

import sys

from devstack import demo, testing
from devstack.process import StackError


def main(argv: list[str]) -> int:
    commands = {"demo": demo.demo, "stop": demo.stop, "logs": demo.logs, "clean": demo.clean}
    command, *rest = argv or [""]
    try:
        if command == "test":
            return testing.test(rest)
        if command not in commands:
            raise StackError(f"Unknown command {command!r}: choose one of {', '.join([*commands, 'test'])}.")
        commands[command]()
    except StackError as error:
        print(f"\nerror: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. Run the same command again to go on.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
