"""The services of the local OCI, each called the way the front calls it."""
