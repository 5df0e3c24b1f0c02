"""The templates of generated code. They lay out what a plan says, and decide nothing."""
