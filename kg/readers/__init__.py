"""Readers of source files: each returns values and problems, and does not stop at the first problem."""
