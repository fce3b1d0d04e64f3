double callme(double seconds) throws InterruptedException {
  Thread.sleep((long) (seconds * 1000));
  return seconds;
}
