"""Readers of what people write: each gives values and Problems, and never stops at the first thing wrong."""
