package fob.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.call.Call;
import fob.call.CallHeaders;
import fob.call.Reply;
import fob.call.RequestId;
import fob.service.Deadlines;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class NoOpInstanceTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static RunOutcome run(InstanceClient client, Call call) {
    return client.run(call, Instant.now().plus(TIMEOUT), TIMEOUT);
  }

  private static Call call(String id) {
    return new Call(
        new RequestId(id), "f", Instant.now(), CallHeaders.NONE, "{\"a\":1}".getBytes(UTF_8));
  }

  @Test
  void itAnswersAsTheContractOfDriversDemandsUntilItIsClosed() throws IOException {
    NoOpInstance instance = NoOpInstance.start();
    try (InstanceClient client = new InstanceClient(new Deadlines(), instance.instance(), 1)) {
      for (String id : new String[] {"first", "second"}) {
        assertThat(run(client, call(id)))
            .isInstanceOfSatisfying(
                RunOutcome.Ended.class,
                ended -> {
                  assertThat(ended.health()).isEqualTo(InstanceHealth.SERVES);
                  assertThat(ended.reply())
                      .isInstanceOfSatisfying(
                          Reply.Answered.class,
                          answered ->
                              assertThat(answered.body()).asString(UTF_8).contains("result"));
                });
      }
      // When its log is asked for too, as on Marathon
      assertThat(run(client, call("third").withLogBytes(1_000)))
          .isInstanceOfSatisfying(
              RunOutcome.Ended.class, ended -> assertThat(ended.log()).isEmpty());
    } finally {
      instance.close();
    }
    // The kernel takes connections until the thread that waits for them has noticed the end
    await().atMost(TIMEOUT).until(() -> runOnce(instance) instanceof RunOutcome.NotStarted);
  }

  /** Makes a call on a connection of its own. */
  private static RunOutcome runOnce(NoOpInstance instance) {
    try (InstanceClient client = new InstanceClient(new Deadlines(), instance.instance(), 1)) {
      return run(client, call("last"));
    }
  }
}
