"""What people have marked in a text with other programs, through one table of formats (`formats.py`)."""
