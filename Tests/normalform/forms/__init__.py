"""The parts of the second implementation of the normal form (Docs/NormalForm.md)."""
