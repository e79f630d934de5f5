"""Where the Pulumi engine comes from, for those who have it and for those who can't download it.

``locate`` finds what is there, ``release`` fetches the official release, ``build`` makes the CLI from Go
modules, ``languagehost`` runs Python programs for a CLI that came without its own Python language host.
``environments`` makes Python environments, ``bundle`` packs all of it for a machine without a network, and
``install`` unpacks that there.
"""
