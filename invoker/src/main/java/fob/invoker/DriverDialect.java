package fob.invoker;

import fob.call.Call;
import java.time.Instant;
import okhttp3.Request;
import okhttp3.Response;

/** The protocol of drivers/CONTRACT.md. */
final class DriverDialect implements Dialect {

  @Override
  public Request.Builder request(Call call, Instant deadline) {
    return RunRequest.of(call, deadline);
  }

  @Override
  public boolean isFor(Call call, Response response) {
    return call.id().value().equals(response.header(RunRequest.ID));
  }

  @Override
  public RunOutcome outcome(int status, byte[] body, boolean mayHaveLog) {
    return DriverAnswer.of(status, body, mayHaveLog);
  }

  /** The driver ends by itself. */
  @Override
  public InstanceHealth afterTimeout() {
    return InstanceHealth.TIMES_OUT;
  }
}
