package fob.deployer.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.deployer.local.SystemCallFilter;
import fob.deployer.local.SystemCallFilter.Refusal;
import fob.deployer.local.TestPlatform;
import fob.function.Instance;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.List;

/** System calls for a function to try. */
public final class Calls {

  /** A function that makes the system calls in its parameters. */
  public static final String PROGRAM =
      """
      import ctypes, errno, os
      libc = ctypes.CDLL(None, use_errno=True)
      libc.syscall.restype = ctypes.c_long
      def outcome(number, args):
          result = libc.syscall(*map(ctypes.c_long, [number, *args]))
          if number == clone and result == 0:
              os._exit(0)
          return 'ok' if result >= 0 else errno.errorcode[ctypes.get_errno()]
      def callme(calls, clone_number):
          global clone
          clone = clone_number
          return {name: outcome(number, args) for name, (number, args) in calls.items()}
      """;

  private final ObjectNode all = Json.MAPPER.createObjectNode();

  /** Returns the call's number on this machine; negative if it has none. */
  public static int number(String call) {
    try (Arena arena = Arena.ofConfined()) {
      return NativeLibrary.load("libseccomp.so.2", arena)
          .call("seccomp_syscall_resolve_name", arena.allocateFrom(call));
    }
  }

  /** Returns the calls of this machine that every sandbox refuses, whatever their arguments. */
  public static List<String> refusedByName() {
    return SystemCallFilter.of(false).refusals().stream()
        .filter(refusal -> refusal.condition().isEmpty() && !refusal.call().equals("clone3"))
        .map(Refusal::call)
        .filter(call -> number(call) >= 0)
        .toList();
  }

  public Calls add(String name, int number, long... arguments) {
    all.putArray(name).add(number).add(Json.MAPPER.valueToTree(arguments));
    return this;
  }

  /** Returns the name of each call's error, or ok. */
  public JsonNode makeIn(TestPlatform tested, Instance instance) throws IOException {
    ObjectNode parameters = Json.MAPPER.createObjectNode();
    parameters.set("calls", all);
    parameters.put("clone_number", number("clone"));
    return tested.call(instance, parameters.toString());
  }
}
