"""The command `kg`: parse, call, print. Data go to stdout, messages to stderr; 0 fine, 1 invalid data, 2 usage."""

import os
import sys


def main() -> None:
    """Runs the command line. What the command is for is told at once: what parses would take twice as long to come."""
    if sys.argv[1:] in (["--help"], ["-h"]) and "_KG_COMPLETE" not in os.environ:
        from kg.cli.overview import tell

        tell()
    else:
        from kg.cli.group import run

        run()
