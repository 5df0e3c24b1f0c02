"""What benchmarks measure with: contests of libraries on the same messages, the time and the memory that they take."""
