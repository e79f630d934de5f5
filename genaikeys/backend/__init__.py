"""Where a team keeps its state: backends that are judged and tried, a passphrase that a Vault keeps."""
