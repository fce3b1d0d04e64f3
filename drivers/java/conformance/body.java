Map<String, Object> callme(byte[] body, String content_type) {
  return Map.of("size", body.length, "content_type", content_type);
}
