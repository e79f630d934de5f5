"""Why a key can or can't call a model."""
