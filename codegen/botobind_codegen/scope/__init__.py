"""What names the modules of a package have, and what they import: all that codecs know of the plan."""
