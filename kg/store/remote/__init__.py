"""Stores elsewhere, which speak SPARQL 1.1: asked, and given the graph."""
