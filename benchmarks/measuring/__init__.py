"""What benchmarks measure with: comparisons of libraries on the same messages, the time and the memory that they
take.
"""
