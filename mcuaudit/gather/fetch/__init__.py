"""Reading from the devices: queries of their API, and the chains that their TLS servers present."""
