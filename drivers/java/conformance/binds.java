List<Integer> callme(int a, Optional<Integer> b) {
  return List.of(a, b.orElse(2));
}
