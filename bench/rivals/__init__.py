"""The same work carried by others.

What is decided and worded is the very same code; only the carrying differs.
"""
