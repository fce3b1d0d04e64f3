package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys, made and used with the command line. */
@Timeout(120)
class CliKeysIT {

  @Test
  void keysAreMadeSavedUsedAndDeleted(@TempDir Path dir, @TempDir Path home) throws Exception {
    try (FobInParts fob = new FobInParts(dir)) {
      CliClient cli = new CliClient(fob.client.url(), home);
      String url = cli.environment().get("FOB_URL");

      // The first key is kept in a context, and not printed
      CliClient.Run first = cli.run("keys", "create", "ops", "--role", "admin", "--save", "local");
      assertThat(first.code()).as(first.err().toString()).isZero();
      assertThat(first.out() + first.err().toString()).doesNotContain("fob_");
      assertThat(Files.readString(home.resolve(".config/fob/config"))).contains("fob_", url);

      // Without a key
      CliClient.Run refused = cli.run("ls");
      assertThat(refused.code()).isEqualTo(5);
      assertThat(refused.err().toString()).contains("key");

      // With the context
      cli.environment().remove("FOB_URL");
      cli.right("ls");
      String text = cli.right("keys", "create", "shop", "--role", "call", "--functions", "shop-*");
      assertThat(text).startsWith("fob_");
      assertThat(cli.right("keys", "ls")).contains("ops", "shop-*").doesNotContain(text);

      // With a key that may do less
      cli.environment().put("FOB_URL", url);
      cli.environment().put("FOB_TOKEN", text);
      CliClient.Run forbidden = cli.run("call", "other");
      assertThat(forbidden.code()).isEqualTo(5);
      assertThat(forbidden.err().toString()).contains("shop-*").doesNotContain(text);
      assertThat(cli.run("keys", "ls").code()).isEqualTo(5);

      // When the key is deleted
      cli.environment().remove("FOB_URL");
      String id =
          cli.right("keys", "ls")
              .lines()
              .filter(line -> line.contains("shop-*"))
              .findFirst()
              .orElseThrow()
              .split(" ", 2)[0];
      cli.right("keys", "rm", id);
      cli.environment().put("FOB_URL", url);
      CliClient.Run revoked = cli.run("ls");
      assertThat(revoked.code()).isEqualTo(5);
      assertThat(revoked.err().toString()).contains("deleted");
    }
  }
}
