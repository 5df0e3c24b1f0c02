"""What generated serializers call, one module per format, the same verbs in each.

`members_of` opens a structure, `read_X` turns a node of the format into a Python value, `write_X` turns it back,
`parse` and `dump` convert between trees and bytes. A `read_X` maps None to None and raises `DecodeError` for what it
cannot accept.
"""
