"""`python -m kg`, for environments in which the program `kg` is not on the path."""

from kg.cli import main

main()
