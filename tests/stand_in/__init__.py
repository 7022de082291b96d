"""Stand-ins for devices, on loopback: what an MCU answers over TLS, and what may answer in its place."""
