package fob.gateway;

import fob.gateway.access.Caller;
import fob.gateway.access.Quotas;
import fob.gateway.http.Flag;
import fob.gateway.http.Operation.Action;
import fob.gateway.http.Prefer;
import io.javalin.http.Context;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Supplier;

/**
 * Counts requests that stay open without being calls, in the quota {@code concurrent} of their key.
 * Thread-safe.
 *
 * @param api throws a {@link fob.gateway.http.Problem} while the gateway is starting
 */
record OpenRequests(Supplier<Api> api) {

  /** Counts those with {@code follow=true}. */
  Action following(Action action) {
    return counting(action, (_, query) -> Flag.parse("follow", query.get("follow")));
  }

  /** Counts those with {@code Prefer: wait}. */
  Action waiting(Action action) {
    return counting(action, (http, _) -> Prefer.of(http).waiting().isPresent());
  }

  /** Counts all of them. */
  Action all(Action action) {
    return counting(action, (_, _) -> true);
  }

  private Action counting(Action action, BiPredicate<Context, Map<String, String>> staysOpen) {
    return (http, query) -> {
      if (staysOpen.test(http, query)) {
        try (Quotas.Slot _ = api.get().quotas().hold(Caller.of(http))) {
          action.run(http, query);
        }
      } else {
        action.run(http, query);
      }
    };
  }
}
