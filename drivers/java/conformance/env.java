String callme(String name) {
  return System.getenv(name);
}
