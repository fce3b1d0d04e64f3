package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.function.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxTest {

  private static final HostLayout LAYOUT =
      new HostLayout(List.of("--ro-bind", "/usr", "/usr"), List.of("--ro-bind", "/h", "/etc/h"));
  private static final Sandbox.Common COMMON =
      new Sandbox.Common(
          Path.of("/r/etc"), Path.of("/r/empty"), Path.of("/r/x.bpf"), Path.of("/r/n.bpf"));
  private static final Sandbox.Files FILES =
      new Sandbox.Files(
          Path.of("/r/driver"),
          Path.of("/r/f1/code"),
          Path.of("/r/f1/r1"),
          Optional.empty(),
          null,
          List.of());

  private static String command(boolean limitData, boolean network) {
    Limits limits = new Limits(Duration.ofSeconds(30), 8, 128, 1, network);
    Sandbox.Command command = command(limitData, limits);
    return String.join(" ", command.setUp()) + " | " + String.join(" ", command.line());
  }

  private static Sandbox.Command command(boolean limitData, Limits limits) {
    return new Sandbox(LAYOUT, COMMON, new ResourceLimits(Map.of()), limitData)
        .command(FILES, limits, Map.of("FOB_X", "a b"), List.of("python3", "x"));
  }

  @Test
  void commandLineTellsNothingOfTheFunction() {
    Sandbox.Command command = command(false, Limits.DEFAULT);
    assertThat(String.join(" ", command.line()))
        .startsWith(
            "bwrap --args 4 --bind /r/f1/r1 /fob/run --remount-ro / --chdir /tmp -- prlimit")
        .doesNotContain("--setenv", "FOB_X", "code");
    assertThat(new String(command.input(), StandardCharsets.UTF_8))
        .startsWith("--unshare-user\0--unshare-ipc\0")
        .contains("\0--setenv\0FOB_X\0a b\0")
        .endsWith("\0");
  }

  @Test
  void variableCannotSmuggleAnArgument() {
    assertThatThrownBy(
            () -> new Sandbox.Command(List.of("--setenv", "X", "a\0--bind\0/\0/"), List.of()))
        .hasMessageContaining("NUL");
  }

  @Test
  void everyNamespaceIsItsOwnAndNoRightIsLeft() {
    assertThat(command(false, false))
        .startsWith("--unshare-user --unshare-ipc --unshare-pid --unshare-uts")
        .contains(" --unshare-net ", " --cap-drop ALL ", " --disable-userns ")
        .contains(" --seccomp 3 ", " --ro-bind /r/empty /proc/1 ")
        .contains(" --die-with-parent ", " --new-session ", " --uid 1000 --gid 1000 ");
  }

  @Test
  void networkComesWithItsConfigurationOnlyWhereAskedFor() {
    assertThat(command(false, true))
        .doesNotContain("--unshare-net")
        .contains("/h /etc/h")
        .doesNotContain("/etc/hosts");
    assertThat(command(false, false))
        .contains("/r/etc/hosts /etc/hosts")
        .doesNotContain("/h /etc/h");
  }

  @Test
  void environmentIsOnlyWhatIsNeeded() {
    assertThat(command(false, false))
        .contains(
            "--clearenv --setenv FOB_X a b --setenv HOME /tmp --setenv LANG C.UTF-8"
                + " --setenv PATH /usr/local/bin:/usr/bin:/bin --setenv TMPDIR /tmp --ro-bind");
  }

  @Test
  void rootIsClosedAfterEverythingIsInPlaceAndWhatCanBeWrittenHasASize() {
    assertThat(command(false, false))
        .contains("--size 67108864 --tmpfs /dev/shm --remount-ro /dev ")
        .contains("--size 67108864 --tmpfs /tmp ")
        .contains(" | bwrap --args 4 --bind /r/f1/r1 /fob/run --remount-ro / ");
  }

  @Test
  void dataIsBoundedPerProcessOnlyWhereNothingElseBoundsMemory() {
    assertThat(command(true, false)).contains(" --data=268435456 ");
    assertThat(command(false, false)).contains(" --data=unlimited ").endsWith(" -- python3 x");
  }

  @Test
  void everyFunctionSeesTheHostsLayoutWhetherUsrIsMergedOrNot(@TempDir Path root)
      throws IOException {
    // Given
    Files.createDirectories(root.resolve("usr/lib"));
    Files.createDirectories(root.resolve("bin"));
    Files.createSymbolicLink(root.resolve("lib"), Path.of("usr/lib"));
    Files.createDirectories(root.resolve("etc/java-25"));
    Files.createFile(root.resolve("etc/shadow"));
    Files.createFile(root.resolve("etc/hosts"));
    Files.createDirectories(root.resolve("usr/local/lib/python3.12/site-packages"));
    Files.createDirectories(root.resolve("usr/lib/python3/dist-packages"));

    // When
    HostLayout layout = HostLayout.of(root, Path.of("/r/empty"));

    // Then
    assertThat(layout.programs())
        .isEqualTo(
            List.of(
                "--ro-bind",
                root + "/usr",
                "/usr",
                "--ro-bind",
                "/r/empty",
                "/usr/lib/python3/dist-packages",
                "--ro-bind",
                "/r/empty",
                "/usr/local/lib/python3.12/site-packages",
                "--ro-bind",
                root + "/bin",
                "/bin",
                "--symlink",
                "usr/lib",
                "/lib",
                "--ro-bind",
                root + "/etc/java-25",
                "/etc/java-25"));
    assertThat(layout.network()).isEqualTo(List.of("--ro-bind", root + "/etc/hosts", "/etc/hosts"));
  }

  @Test
  void usersAreChangedOnlyByARootThatOwnsEveryId() {
    assertThat(HostUser.ownsEveryId(List.of("         0          0 4294967295"))).isTrue();
    assertThat(HostUser.ownsEveryId(List.of("0 100000 65536"))).isFalse();
    assertThat(HostUser.sameAsFob().idFor(3)).isEmpty();
    assertThat(HostUser.become(OptionalInt.of(1_900_000_001)))
        .containsExactly(
            "setpriv",
            "--reuid",
            "1900000001",
            "--regid",
            "1900000001",
            "--clear-groups",
            "--pdeathsig",
            "KILL",
            "--");
  }
}
