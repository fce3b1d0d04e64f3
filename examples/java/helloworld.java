int callme() {
  System.out.println("Hello serverless world!");
  return 42;
}
