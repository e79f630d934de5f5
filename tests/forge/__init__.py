"""Tests of the calls to GitHub and GitLab, against a stand-in on loopback."""
