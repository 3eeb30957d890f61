"""`kg mcp`: the graph for assistants that speak the Model Context Protocol."""
