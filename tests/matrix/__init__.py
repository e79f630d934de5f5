"""Every verb cut off at every call it makes: over the plugin's own protocol and the command line."""
