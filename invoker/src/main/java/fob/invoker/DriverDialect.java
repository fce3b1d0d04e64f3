package fob.invoker;

import fob.call.Call;
import java.time.Instant;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;

/** The protocol of drivers/CONTRACT.md. */
final class DriverDialect implements Dialect {

  @Override
  public ClassicHttpRequest request(Call call, Instant deadline) {
    return RunRequest.of(call, deadline);
  }

  @Override
  public boolean isFor(Call call, ClassicHttpResponse response) {
    Header id = response.getLastHeader(RunRequest.ID);
    return id != null && call.id().value().equals(id.getValue());
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
