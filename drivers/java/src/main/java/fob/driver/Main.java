package fob.driver;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Starts the driver's parts in order, and ends the process. */
public final class Main {

  private static final int EXIT_BAD_SETTINGS = 2;
  private static final int EXIT_STUCK = 75;
  private static final int EXIT_CANNOT_SERVE = 76;

  private final Settings settings;
  private final Log log = new Log();
  private final Events events = new Events();
  private final Calls calls;
  private final Service service;
  private final Server server;

  private Main(Settings settings, ServerSocketChannel listener) throws IOException {
    this.settings = settings;
    calls = new Calls(settings.concurrency(), settings.timeoutMs());
    ThreadPoolExecutor threads = threads(settings.concurrency());
    service = new Service(new Service.Parts(calls, log, events, threads, new Loading(settings)));
    server = new Server(listener, service, this::giveUp);
  }

  /**
   * The entry point.
   *
   * @param args {@code train}: load and call an example, and end
   */
  public static void main(String[] args) throws IOException {
    if (args.length > 0 && args[0].equals("train")) {
      Training.run();
      return;
    }
    try {
      Settings settings = Settings.from(System.getenv());
      ServerSocketChannel listener = Listener.listen(settings.listen());
      new Main(settings, listener).serve(listener);
    } catch (Settings.BadSettings e) {
      refuseToStart(String.valueOf(e.getMessage()));
    } catch (IOException | UnresolvedAddressException e) {
      refuseToStart("cannot listen on FOB_LISTEN: " + e);
    }
  }

  private static void refuseToStart(String problem) {
    System.err.println("fob driver: " + problem);
    Runtime.getRuntime().halt(EXIT_BAD_SETTINGS);
  }

  /** All threads for calls start before the function is loaded, which may use up all others. */
  private static ThreadPoolExecutor threads(int count) {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            count,
            count,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> daemon(task, "call-" + number.incrementAndGet()));
    threads.prestartAllCoreThreads();
    return threads;
  }

  private static Thread daemon(Runnable task, String name) {
    return Thread.ofPlatform().daemon().name("fob-" + name).unstarted(task);
  }

  private void serve(ServerSocketChannel listener) throws IOException {
    System.setProperty("java.util.logging.config.class", LoggingConfig.class.getName());
    Runtime.getRuntime().addShutdownHook(new Thread(this::shutDown, "fob-shutdown"));
    if (settings.code().url() == null) {
      service.waitForInit();
    }
    daemon(this::watch, "watch").start();
    daemon(() -> calls.guard(() -> Runtime.getRuntime().halt(EXIT_STUCK)), "guard").start();
    daemon(server, "serve").start();
    log.install();
    Listener.publish(settings.listen());
    log.say(
        "function %s on %s, concurrency %d, timeout %d ms, results up to %d bytes"
            .formatted(
                settings.functionId(),
                listener.getLocalAddress(),
                settings.concurrency(),
                settings.timeoutMs(),
                settings.maxResultBytes()));
    if (settings.code().url() != null) {
      service.load(null);
    }
    sleepForEver();
  }

  private static void sleepForEver() {
    while (true) {
      try {
        Thread.sleep(Long.MAX_VALUE);
      } catch (InterruptedException e) {
        // The function interrupts threads that are not its own.
      }
    }
  }

  private void giveUp(Throwable why) {
    try {
      log.report(why);
      log.say("it cannot serve any more: " + why);
    } finally {
      calls.stop(Calls.Reason.CANNOT_SERVE);
    }
  }

  /** SIGTERM runs this, and so does code that has found System.exit by reflection. */
  private void shutDown() {
    if (service.isStarting()) {
      Runtime.getRuntime().halt(0); // no call is running
    }
    Calls.Reason reason = Calls.Reason.SIGTERM;
    for (Call call : calls.running()) {
      for (StackTraceElement frame : call.stack()) {
        if (frame.getClassName().equals("java.lang.Shutdown")) {
          log.say("the call " + call.requestId() + " has ended the process");
          calls.abandon(call);
          reason = Calls.Reason.CANNOT_SERVE;
          break;
        }
      }
    }
    calls.stop(reason);
    sleepForEver(); // the thread that watches halts the process
  }

  private void watch() {
    int code = EXIT_CANNOT_SERVE;
    try {
      code = drain(calls.watch());
    } finally {
      Runtime.getRuntime().halt(code);
    }
  }

  private int drain(Calls.Reason reason) {
    events.emit("draining", Map.of("reason", reason.event()));
    boolean stuck = false;
    for (Call call : calls.drain()) {
      stuck = true;
      log.say(
          "the call "
              + call.requestId()
              + " has not ended in its time and is given up; it is here:");
      Function function = service.function();
      if (function != null) {
        function.lines(call.stack()).forEach(log::say);
      }
    }
    if (reason == Calls.Reason.CANNOT_SERVE) {
      return EXIT_CANNOT_SERVE;
    }
    return stuck || reason == Calls.Reason.STUCK ? EXIT_STUCK : 0;
  }
}
