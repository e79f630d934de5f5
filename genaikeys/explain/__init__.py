"""Why a key can or can't call a model, what is wrong with a statement, and the least that would help."""
