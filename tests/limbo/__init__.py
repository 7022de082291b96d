"""x509-limbo's test cases, read in its format, judged strictly by RFC 5280, and the results written in its format.

MCUAUDIT_LIMBO=limbo.json python -m pytest tests/limbo
python -m tests.limbo limbo.json --out results.json
"""
