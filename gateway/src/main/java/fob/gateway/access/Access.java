package fob.gateway.access;

import fob.access.Role;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.gateway.http.Problem;
import fob.gateway.http.ServerEvents;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets only those requests pass whose client may make them, and notes changes in the audit log. A
 * check takes the same time however many keys and functions there are. Thread-safe.
 */
public final class Access {

  private final Clients clients;
  private final Function<FunctionId, Optional<FunctionSpec>> functions;
  private final AuditLog audit;

  /**
   * @param functions returns the function with an id; empty if there is none
   */
  public Access(
      Clients clients, Function<FunctionId, Optional<FunctionSpec>> functions, AuditLog audit) {
    this.clients = clients;
    this.functions = functions;
    this.audit = audit;
  }

  /**
   * Checks a request and runs it. Changes are noted in the audit log, also those that were refused,
   * if their client has a key.
   *
   * @param needed the role that its key needs at least
   * @throws Problem 401 if there is no valid key, or 403 if the key does not allow the request
   */
  public void run(Context http, Role needed, Handler operation) throws Exception {
    if (needed == Role.CALL || isReading(http)) {
      check(http, needed);
      operation.handle(http);
      return;
    }
    int status = 500;
    try {
      check(http, needed);
      operation.handle(http);
      status = http.statusCode();
    } catch (Problem problem) {
      status = problem.status();
      throw problem;
    } finally {
      Caller caller = Caller.known(http);
      if (caller != null) {
        audit.add(http, caller, status);
      }
    }
  }

  private static boolean isReading(Context http) {
    return http.method().equals(HandlerType.GET) || http.method().equals(HandlerType.HEAD);
  }

  /** Checks a request, and notes its client for {@link Caller#of(Context)}. */
  private void check(Context http, Role needed) {
    Caller caller = clients.of(http);
    caller.sends(http);
    ServerEvents.check(http, () -> isStillClient(http));
    requireRole(http, needed);
    if (!caller.functions().isAll()) {
      String function = http.pathParamMap().get("function");
      if (function != null) {
        requireFunction(caller, needed, function);
      }
    }
  }

  /**
   * Checks the role of a client that is known already.
   *
   * @throws Problem 403 if its key has a smaller one
   */
  public static void requireRole(Context http, Role needed) {
    Caller caller = Caller.of(http);
    if (!caller.role().includes(needed)) {
      throw Refusals.role(caller, needed);
    }
  }

  /** Whether the key of a request that takes long is still valid. */
  private boolean isStillClient(Context http) {
    try {
      clients.of(http);
      return true;
    } catch (Problem refused) {
      return false;
    }
  }

  /**
   * Checks a request that a function's instances make too, with the token of their function.
   *
   * @param function the id of the function whose instance it may be; null: none
   * @throws Problem as {@link #run}
   */
  public void checkInstance(Context http, Role needed, @Nullable String function) {
    Optional<Caller> instance = clients.instance(http, function);
    if (instance.isPresent()) {
      instance.get().sends(http);
    } else {
      check(http, needed);
    }
  }

  /**
   * Checks a function that is not in the path of the request.
   *
   * @param function an id or a name; there need not be such a function
   * @throws Problem 403 if the key is not for that function
   */
  public void requireFunction(Context http, Role needed, String function) {
    requireFunction(Caller.of(http), needed, function);
  }

  private void requireFunction(Caller caller, Role needed, String function) {
    if (!mayUse(caller, function)) {
      throw Refusals.function(caller, needed, function);
    }
  }

  /**
   * Checks that the client's key is not for some functions only, since the reply tells of all.
   *
   * @throws Problem 403 if it is
   */
  public static void requireAllFunctions(Context http) {
    Caller caller = Caller.of(http);
    if (!caller.functions().isAll()) {
      throw Refusals.notAll(caller);
    }
  }

  /** Whether the client may use the function with an id or a name. */
  public boolean mayUse(Caller caller, String function) {
    if (caller.functions().isAll()) {
      return true;
    }
    Optional<FunctionId> id = FunctionId.parse(function);
    return id.isPresent()
        ? caller.mayUse(id.flatMap(functions).map(FunctionSpec::name).orElse(null))
        : caller.functions().matches(withoutVersion(function));
  }

  /** {@code add} of {@code add@3}. */
  private static String withoutVersion(String name) {
    int at = name.indexOf('@');
    return at < 0 ? name : name.substring(0, at);
  }
}
