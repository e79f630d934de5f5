"""Tests of genaikeys.policies and of the templates in policies/."""
