"""Does every key work where it should, and nowhere else? Asked of the service, not of a policy's text."""
