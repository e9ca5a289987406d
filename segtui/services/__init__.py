"""The services: one module per noun, and the only place with SQL beside `database`.

Every function takes the session (who acts, in which company, on which database) first.
"""
