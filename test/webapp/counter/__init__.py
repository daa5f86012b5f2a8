"""A small web application: it counts its visits in a database, and says which release it is."""
