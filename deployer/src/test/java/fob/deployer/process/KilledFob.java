package fob.deployer.process;

import fob.deployer.Drivers;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionStatus;
import fob.function.Limits;
import fob.service.Loops;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;

/** A fob in a JVM of its own, to be killed: prints the function's id once that is ready. */
final class KilledFob {

  private KilledFob() {}

  public static void main(String[] args) throws Exception {
    CountDownLatch ready = new CountDownLatch(1);
    Path parent = Path.of(args[0]);
    FunctionId id = FunctionId.random();
    // The child has the function's id in its environment, by which the test finds it.
    Code code =
        new Code(
            "import subprocess\nsubprocess.Popen(['/bin/sleep', '1000'], env={'ID': '%s'})\ndef callme(): pass\n"
                .formatted(id)
                .getBytes(StandardCharsets.UTF_8));
    FunctionSpec spec =
        new FunctionSpec(
            id,
            "python",
            null,
            new Limits(Duration.ofSeconds(30), 8, 128, 1, true),
            code.sha256(),
            code.bytes().length,
            Instant.EPOCH);
    ProcessPlatform platform =
        new ProcessPlatform(
            ProcessConfig.of(parent, parent.resolve("logs")),
            Drivers.in(Path.of(args[1])),
            (_, status) -> {
              if (status instanceof FunctionStatus.Ready) {
                ready.countDown();
              }
            },
            new Loops());
    platform.deploy(spec, code);
    ready.await();
    System.out.println(spec.id());
    new CountDownLatch(1).await(); // it is killed here
    platform.close();
  }
}
