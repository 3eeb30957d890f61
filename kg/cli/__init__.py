"""The command `kg`: parse, call, print. Data go to stdout, messages to stderr; 0 fine, 1 invalid data, 2 usage."""

import os
import sys


def main() -> None:
    """Runs the command line; `kg --help` is printed without the import of what parses, which takes as long again."""
    if sys.argv[1:] in (["--help"], ["-h"]) and "_KG_COMPLETE" not in os.environ:
        from kg.cli.overview import print_help

        print_help()
    else:
        from kg.cli.group import run

        run()
