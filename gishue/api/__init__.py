"""The JSON door under /api/v1: one router per noun."""
