List<byte[]> callme() {
  List<byte[]> all = new ArrayList<>();
  while (true) {
    all.add(new byte[1 << 20]);
  }
}
