"""The emitters: for each format the statements that read and write a shape. `botobind.rules` decides what they say."""
