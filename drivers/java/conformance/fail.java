Object callme(String message) {
  throw new IllegalStateException(message); // FAIL HERE
}
