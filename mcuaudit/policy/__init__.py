"""The policy: its schema, and the layers that it is put together from."""
