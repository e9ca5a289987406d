"""Configuration: the files, environment variables and options that set segtui up, and the origin of each setting."""
