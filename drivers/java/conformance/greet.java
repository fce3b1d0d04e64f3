String callme(Optional<String> name) {
  return "Hello, " + name.orElse("world") + "!";
}
