"""Projects of qualitative analysis as annotations, and back."""
