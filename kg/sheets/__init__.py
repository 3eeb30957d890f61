"""Spreadsheets: annotations as a table and back, and the data sheets of reviews."""
