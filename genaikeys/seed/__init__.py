"""Runs the article that the kit serves: its programs, its curl call and its policy statements, word for word.

The article is read where it lies and never copied: `make seed SEED=<path>`, by default `../shared/seed/`
beside the checkout.
"""
