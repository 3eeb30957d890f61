"""Full texts of works: found, read page by page, put into reading order, with their sections."""
