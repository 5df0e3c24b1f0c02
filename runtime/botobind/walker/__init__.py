"""Executes codec plans: reads and writes any class in any format, in both directions.

Generated classes have methods of their own for the formats that their services speak, where speed counts. For all
others, and for what they leave out, there is the walker. Both have one plan, and say the same.
"""
