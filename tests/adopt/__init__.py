"""Taking over keys made by hand."""
