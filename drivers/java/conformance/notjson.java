Object callme(String kind) {
  return switch (kind) {
    case "nan" -> Double.NaN;
    case "infinity" -> Double.POSITIVE_INFINITY;
    default -> new Object();
  };
}
