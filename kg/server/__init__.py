"""`kg serve`: a read-only SPARQL 1.1 Protocol endpoint over a graph, with its pages, on loopback."""
