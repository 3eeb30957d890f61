"""Queries that ask services elsewhere, which a person has to agree to each time."""
