"""Two versions of a service model, compared: what changed, whom it breaks, and the version that it asks for."""
