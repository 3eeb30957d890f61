"""`kg desk`: a paper and its annotation side by side in a browser; every edit is a small change of the YAML file."""
