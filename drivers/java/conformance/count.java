final java.util.concurrent.atomic.AtomicLong calls = new java.util.concurrent.atomic.AtomicLong();

long callme() {
  return calls.incrementAndGet();
}
