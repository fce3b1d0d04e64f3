package fob.deployer.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import fob.deployer.local.SystemCallFilter;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@SuppressWarnings("restricted") // it calls libseccomp
class SeccompProfileTest {

  private static final int NO_SUCH_CALL = -1;

  private static List<String> allowed() {
    byte[] profile = SeccompProfile.of(SystemCallFilter.of(false)).getBytes(UTF_8);
    List<String> names = new ArrayList<>();
    for (JsonNode rule : Json.parse(profile).path("syscalls")) {
      if (rule.path("action").asText().equals("SCMP_ACT_ALLOW")) {
        rule.path("names").forEach(name -> names.add(name.asText()));
      }
    }
    return names;
  }

  /** An engine ignores a name that it does not know, so a misspelt call would be refused. */
  @Test
  void everyAllowedNameIsASystemCall() throws Throwable {
    // Given
    List<String> unknown = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MethodHandle resolve =
          Linker.nativeLinker()
              .downcallHandle(
                  SymbolLookup.libraryLookup("libseccomp.so.2", arena)
                      .findOrThrow("seccomp_syscall_resolve_name"),
                  FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));

      // When
      for (String name : allowed()) {
        MemorySegment text = arena.allocateFrom(name);
        if ((int) resolve.invokeExact(text) == NO_SUCH_CALL) {
          unknown.add(name);
        }
      }
    }

    // Then
    assertThat(unknown).isEmpty();
    assertThat(allowed()).hasSizeGreaterThan(200).contains("read", "flock", "futex", "clone");
  }
}
