"""Measurements of the product, and of what else does the same. Not installed with it; nothing in `src` imports this."""
