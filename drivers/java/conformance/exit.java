void callme() {
  System.exit(3);
}
