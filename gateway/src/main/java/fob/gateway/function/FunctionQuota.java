package fob.gateway.function;

import fob.function.FunctionName;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.gateway.access.Caller;
import fob.gateway.http.Problem;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds the quota of keys for functions. All functions count whose name fits the pattern of the
 * key, whoever has registered them: so the keys of a team that have the same pattern share one
 * quota. A name counts once, with all its versions. The functions of other gateways count once they
 * are on {@code fob.functions}. Thread-safe.
 */
final class FunctionQuota {

  private final Functions functions;

  FunctionQuota(Functions functions) {
    this.functions = functions;
  }

  /**
   * Notes that this gateway is about to write a registration, see {@link Functions#registering}.
   *
   * @throws Problem 429 if there are as many functions as the client may have
   */
  void register(Caller caller, FunctionSpec spec) {
    if (caller.quota().maxFunctions() == 0) {
      functions.registering(spec);
      return;
    }
    // One after the other, so that two registrations do not both take the last place.
    synchronized (this) {
      require(caller, spec.name());
      functions.registering(spec);
    }
  }

  private void require(Caller caller, @Nullable FunctionName name) {
    Set<FunctionName> names = new HashSet<>();
    int count = 0;
    for (FunctionState state : functions.all()) {
      FunctionName known = state.spec().name();
      if (caller.mayUse(known) && (known == null || names.add(known))) {
        count++;
      }
    }
    int most = caller.quota().maxFunctions();
    if (count >= most && (name == null || !names.contains(name))) {
      throw Problem.ofGateway(
              429,
              "quota",
              "'%s' may have %d functions under '%s' (max-functions of its key), and there are %d; a new version of one of them is allowed; for another one, remove one first (DELETE /api/names/NAME, DELETE /api/gen/ID), or get a key with a larger quota"
                  .formatted(caller.text(), most, caller.functions(), count))
          .with("quota", "max-functions");
    }
  }
}
