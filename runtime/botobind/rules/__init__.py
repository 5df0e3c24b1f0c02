"""What traits mean on the wire: which name, which format of time, which element around what. A schema and the service's
protocols go in; a codec plan comes out, in which all of that is settled.
"""
