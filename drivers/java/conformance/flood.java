int callme(int lines) {
  for (int i = 0; i < lines; i++) {
    System.out.println("line " + i);
  }
  return lines;
}
