"""Random bodies for the Engine API, sent to a real engine and to the embedded one: both must answer and keep the same.

chance   bodies from the API's types: whole fields, wrong types, null, unknown and wrongly cased keys
sides    an engine, real or embedded, to which a body is sent and what it keeps is asked
"""
