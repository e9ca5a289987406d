"""Criteria of contacts in the database: compiled to SQL, with names bound to ids; facets and fields of a company."""
