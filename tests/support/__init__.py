"""What several tests share: the sample files' generator, a PostgreSQL server, a terminal to drive the program in."""
