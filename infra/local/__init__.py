"""Diapason on one machine: what AWS gives it, in the small. `README.md` beside this tells how."""
