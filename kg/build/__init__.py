"""Builds: from sources to files, what the next one takes over of the last, and how they are kept apart."""

from kg.build.pipeline import STEPS, Assembly, Progress, assemble, build, problems_in, report_json

__all__ = ["STEPS", "Assembly", "Progress", "assemble", "build", "problems_in", "report_json"]
