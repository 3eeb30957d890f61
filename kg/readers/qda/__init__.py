"""Projects (.qdpx) and codebooks (.qdc) of qualitative analysis, as REFI-QDA 1.5 describes them."""
