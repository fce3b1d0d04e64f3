String callme(String path) throws Exception {
  return java.nio.file.Files.readString(java.nio.file.Path.of(path));
}
