"""Never gets ready."""
while True:
    pass
