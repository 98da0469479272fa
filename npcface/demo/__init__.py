"""What ``make demo`` shows, made with the public surface only: enrol, serve, client."""
