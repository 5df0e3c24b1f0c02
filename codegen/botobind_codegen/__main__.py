"""`python -m botobind_codegen` is the command `botobind`."""

import sys

from botobind_codegen.entry import main

# Worker processes import this module again, under another name.
if __name__ == "__main__":
    sys.exit(main())
