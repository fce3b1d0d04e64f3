String callme(int bytes) {
  return "x".repeat(bytes);
}
