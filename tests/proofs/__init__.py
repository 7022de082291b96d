"""Large randomised checks of what the program promises: `make prove` runs them whole, `make test` a sample of each.

A proof is a module of this package with

- `CLAIM`, a sentence: what is proven,
- `SIZE`, how many cases `make prove` runs, and `SAMPLE`, how many `make test` does (at most 30 CPU seconds),
- `prove(seed, cases)`, which runs the cases with these numbers and returns what it counted; a case depends on the seed
  and on its number alone, and one that contradicts the claim raises an AssertionError that names both.
"""
