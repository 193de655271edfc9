"""The shared words: contract, faults, money, periods, errors, results. Imports nothing of ours."""
