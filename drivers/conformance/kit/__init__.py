"""The parts of the conformance kit; ../run.py is its program."""
