"""Services: one package per noun, and the only place with SQL beside `database`.

Every function takes the session (user, company and database) first.
"""
