HELLO = "Hello, "
