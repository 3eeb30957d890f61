"""Figures for papers, drawn from named queries: one module for each, and what they share."""
