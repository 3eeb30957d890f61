"""From values to the graph: triples with their places, vocabularies, rules, shapes, and the written forms."""
