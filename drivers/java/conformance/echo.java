Object callme(Object value) {
  return value;
}
