Object callme(String text) {
  System.out.println(text);
  System.err.println(text);
  return null;
}
