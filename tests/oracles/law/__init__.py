"""The law of certificates on an MCU, written a second time from its statements; nothing here imports mcuaudit.

Trust is asked of OpenSSL (through pyOpenSSL), fields of cryptography's certificates. Numbers such as A11 are those of
the readings (docs/readings.md); section numbers are those of the law.
"""
