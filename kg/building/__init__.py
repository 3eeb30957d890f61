"""Builds: from the files of a review to the graph in `build/`, and what keeps a review folder in order."""
