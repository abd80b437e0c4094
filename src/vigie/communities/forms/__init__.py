"""Shapes and words of what communities ask: one module for each of their desks."""
