package fob.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadingIT {

  @Test
  void theExamplesRun() throws IOException {
    try (DriverProcess hello = DriverProcess.start(Functions.example("helloworld"));
        DriverProcess distance = DriverProcess.start(Functions.example("distance"))) {
      assertThat(hello.client().run("{}", "r1").json()).isEqualTo(Json.of("{'result':42}"));
      hello.log().await("Z r1 Hello serverless world!");
      assertThat(distance.client().run("{'points':[{'x':0,'y':0},{'x':3,'y':4}]}").result())
          .isEqualTo(Json.of("{'length':5.0,'unit':'m'}"));
    }
  }

  @Test
  void aCompileErrorShowsItsLine() throws IOException {
    try (DriverProcess driver = DriverProcess.start(Functions.conformance("broken"))) {
      Answer answer = driver.client().run("{}");
      assertThat(answer.error("reason")).isEqualTo("failed");
      assertThat(answer.error("type")).isEqualTo("CompileError");
      assertThat(answer.error("message")).startsWith("Function.java:2: cannot find symbol");
      assertThat(answer.stack()).contains("    return nothing; // BROKEN HERE");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "int x() { return 1; }|no method callme: write one",
        "int callme() { return 1; } int callme(int a) { return a; }|more than one method callme",
        "int callme(Thread t) { return 1; }|the parameter t has the type Thread",
        "class A { A(int a) {} int callme() { return 1; } }|no constructor without parameters",
        "class A { static int x = 1 / 0; static int callme() { return 1; } }|/ by zero"
      })
  void whatCannotBeCalledSaysSo(String code, String said) throws IOException {
    try (DriverProcess driver = DriverProcess.start(code)) {
      assertThat(driver.client().run("{}").error("message")).contains(said);
    }
  }

  @Test
  void initTakesAnArchiveOnce() throws IOException {
    // Given
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String path : List.of("Main.java", "Greeting.java", "data/mark.txt")) {
        zip.putNextEntry(new ZipEntry(path));
        Files.copy(Functions.CONFORMANCE.resolve("archive").resolve(path), zip);
      }
    }
    String code = Base64.getEncoder().encodeToString(bytes.toByteArray());
    String init = Json.quoted("{'value':{'code':'" + code + "','binary':true,'env':{'A':'b'}}}");

    try (DriverProcess driver = DriverProcess.begin(null, Map.of()).listening();
        Client client = driver.client()) {
      // Then
      assertThat(client.get("/health").json()).isEqualTo(Json.of("{'state':'waiting'}"));
      String noArchive = Json.quoted("{'value':{'code':'eA==','binary':true}}");
      assertThat(client.init(noArchive).status()).isEqualTo(400);
      assertThat(client.init(init).json()).isEqualTo(Json.of("{'ok':true}"));
      assertThat(client.run("{'name':'Ada'}").result().asText()).isEqualTo("Hello, Ada!");
      assertThat(client.init(init).status()).isEqualTo(403);
    }
  }

  @Test
  void theEnvironmentHasSecretsAndNothingOfFob() throws IOException {
    // Given
    String code =
        """
        Object callme() {
          return System.getenv().keySet().stream().filter(n -> n.startsWith("FOB")).toList()
              + System.getenv("TOKEN") + System.getenv("OTHER");
        }
        """;
    Path secrets = Files.createTempDirectory("fob-");
    Files.writeString(secrets.resolve("TOKEN"), "s3cret\n");
    String url = secrets.toUri().toString();

    // Then
    try (DriverProcess driver =
            DriverProcess.start(
                code, Map.of("FOB_SECRETS_URL", url, "FOB_SECRET_ENV", "TOKEN", "OTHER", "x"));
        DriverProcess without =
            DriverProcess.start(code, Map.of("FOB_SECRETS_URL", url, "FOB_SECRET_ENV", "NONE"))) {
      assertThat(driver.client().run("{}").result().asText()).isEqualTo("[]s3cret\nx");
      assertThat(without.client().run("{}").error("message"))
          .contains("the secret NONE cannot be read");
    }
    DriverProcess.delete(secrets);
  }

  @Test
  void tooLittleMemoryIsSaid() throws IOException {
    try (DriverProcess driver =
        DriverProcess.start("int callme() { return 1; }", Map.of("FOB_MEMORY_MIB", "64"))) {
      assertThat(driver.client().run("{}").error("message"))
          .contains("needs at least 96 MiB, and this one has 64");
    }
  }

  @Test
  void wrongSettingsEndItWithTwo() throws IOException, InterruptedException {
    try (DriverProcess driver =
        DriverProcess.begin(null, Map.of("FOB_CONCURRENCY", "0", "FOB_NETWORK", "maybe"))) {
      assertThat(driver.exitCode()).isEqualTo(2);
      assertThat(driver.log().all().getLast())
          .contains("FOB_CONCURRENCY is '0'", "FOB_NETWORK is 'maybe'");
    }
  }
}
