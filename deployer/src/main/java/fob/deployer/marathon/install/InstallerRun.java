package fob.deployer.marathon.install;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.deployer.layer.InstallFailed;
import fob.deployer.layer.InstallerOutput;
import fob.deployer.layer.StepRun;
import fob.deployer.local.StartRefused;
import fob.deployer.local.Trees;
import fob.deployer.marathon.api.ReadResult;
import fob.deployer.marathon.api.WriteResult;
import fob.deployer.marathon.config.PlatformContext;
import fob.function.Instance;
import fob.service.Sha256;
import fob.service.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;

/**
 * One step of an installer, from the creation of its app to the deletion. Used by one thread;
 * others create the app, wait for the reply, and delete the app, as interrupts must not cut that in
 * two.
 */
final class InstallerRun {

  private static final Duration LONGEST_REMOVAL = Duration.ofSeconds(10);
  private static final Duration LONGEST_CREATION = Duration.ofSeconds(65);
  private static final Duration LONGEST_REPLY = Duration.ofSeconds(30);
  private static final int TOKEN_BYTES = 32;
  private static final int KILLED = 137;

  private final InstallerContext context;
  private final InstallerApps apps;
  private final StepRun step;
  private final Path scratch;
  private final String token;
  private final InstallerApp app;
  private final InstallerTask task;
  private @Nullable Thread creator;
  private @Nullable Thread client;
  private @Nullable Call call;

  /**
   * @param scratch a folder for this step alone
   */
  InstallerRun(InstallerContext context, InstallerApps apps, StepRun step, Path scratch) {
    this.context = context;
    this.apps = apps;
    this.step = step;
    this.scratch = scratch;
    byte[] random = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(random);
    this.token = HexFormat.of().formatHex(random);
    PlatformContext platform = context.platform();
    this.app =
        InstallerApp.of(
            step, platform.config(), platform.owner(), Sha256.of(token.getBytes(UTF_8)));
    this.task = new InstallerTask(context, app);
  }

  /**
   * Runs the step.
   *
   * @throws InstallFailed if it failed; the message is for the user
   * @throws StartRefused if it can be run later
   */
  void run(Path output, Consumer<String> progress) throws IOException, InterruptedException {
    try {
      create();
      Instance server = new InstallerStart(context, task, app.memoryMiB()).await(progress);
      exchange(server, new InstallerOutput(context.settings(), output), progress);
    } finally {
      if (creator == null) {
        Trees.delete(scratch);
      } else {
        Threads.join(apps.remove(app.id(), this::end), LONGEST_REMOVAL);
      }
    }
  }

  private void create() throws IOException, InterruptedException {
    context.writeRate().awaitTurn();
    apps.hold(app.id());
    FutureTask<WriteResult> creation = new FutureTask<>(() -> context.client().create(app.json()));
    creator = Thread.ofVirtual().name("fob-create" + app.id()).start(creation);
    try {
      created(creation.get());
    } catch (ExecutionException e) {
      throw new IOException("an installer's app could not be created", e.getCause());
    }
  }

  private void created(WriteResult outcome) throws IOException, InterruptedException {
    switch (outcome) {
      case WriteResult.Accepted _, WriteResult.Exists _ -> context.writeRate().answered();
      case WriteResult.Full _ -> {
        context.writeRate().full();
        throw StartRefused.waitingFor(
            "Marathon, which already runs as many deployments as it allows for all its users");
      }
      case WriteResult.Locked _ -> {
        context.writeRate().answered();
        throw StartRefused.waitingFor("Marathon: another deployment has locked the group");
      }
      case WriteResult.Absent _ -> {
        context.writeRate().answered();
        throw StartRefused.untilOperatorActs(
            "Marathon answered 404 to a new app; check FOB_MARATHON_URL");
      }
      case WriteResult.Refused(String why) -> {
        context.writeRate().answered();
        throw StartRefused.untilOperatorActs(why);
      }
      case WriteResult.Unclear(String why) -> {
        // Marathon may have created it all the same.
        context.writeRate().failed();
        if (!(context.client().app(app.id()) instanceof ReadResult.Got)) {
          throw StartRefused.waitingFor("Marathon: " + why);
        }
      }
    }
  }

  private void exchange(Instance server, InstallerOutput said, Consumer<String> progress)
      throws IOException, InterruptedException {
    Call request = context.steps().call(server, step, token, scratch);
    call = request;
    FutureTask<OptionalInt> end =
        new FutureTask<>(() -> context.steps().exchange(request, scratch, said));
    client = Thread.ofVirtual().name("fob-run" + app.id()).start(end);
    try {
      OptionalInt exit = said.await(end, LONGEST_REPLY, elapsed -> tell(progress, elapsed));
      int code = exit.orElseThrow(said::overTime);
      said.requireSuccess(code, code == KILLED);
    } catch (InstallFailed e) {
      throw e;
    } catch (IOException broken) {
      throw task.whyBroken(broken);
    }
  }

  /** A connection to an agent that is lost would stay silent. */
  private void tell(Consumer<String> progress, String elapsed) {
    progress.accept(elapsed);
    try {
      if (task.hasEnded() && call != null) {
        call.cancel();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the other threads, so that nothing is created or written any more. */
  private void end() {
    if (call != null) {
      call.cancel();
    }
    if (client != null) {
      Threads.join(client, LONGEST_REMOVAL);
    }
    Trees.delete(scratch);
    if (creator != null) {
      Threads.join(creator, LONGEST_CREATION);
    }
  }
}
