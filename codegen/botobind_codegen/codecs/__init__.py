"""The codecs: for each format the statements that read and write a shape. A wire rule is in one of these, once."""
