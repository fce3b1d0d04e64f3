package fob.driver.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import fob.driver.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockIT {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path root;

  private Installing installing;

  @BeforeEach
  void make() throws IOException {
    installing = new Installing(root);
  }

  @Test
  void codeWithoutDependenciesHasNoPackages() throws Exception {
    assertThat(installing.lock("//JAVA 25+\nint callme() { return 1; }"))
        .isEqualTo("{\"packages\":[]}");
  }

  @Test
  void aLockHasWhatTheDependenciesNeedAtRunTime() throws Exception {
    // When
    JsonNode lock = Json.parse(installing.lock("//DEPS org.left:left:1.0\n//JAVA 25+\n"));

    // Then
    assertThat(lock.path("java").asText()).isEqualTo("25+");
    assertThat(lock.path("packages").valueStream().map(each -> each.path("file").asText()))
        .containsExactly("far-1.0.jar", "left-1.0.jar", "right-1.0.jar");
    assertThat(lock.path("packages").valueStream().map(each -> each.path("hash").asText()))
        .allMatch(hash -> hash.matches("sha256-[A-Za-z0-9+/]{43}="));
  }

  @Test
  void theSameVersionsGiveTheSameBytesOverHttpAndFromAFolder() throws Exception {
    // Given
    String first = installing.lock("//DEPS org.left:left:1.0 org.other:left:1.0");
    HttpServer server =
        SimpleFileServer.createFileServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            installing.repository().folder(),
            SimpleFileServer.OutputLevel.NONE);
    server.start();

    // When
    installing.set("FOB_MAVEN_REPOSITORY", "http://127.0.0.1:" + server.getAddress().getPort());
    String second = installing.lock("//DEPS org.other:left:1.0@jar\n//DEPS org.left:left:1.0");
    server.stop(0);

    // Then
    assertThat(second).isEqualTo(first);
  }

  @Test
  void aLineMayNameSeveralAndHaveAComment() throws Exception {
    assertThat(
            installing.packages(
                "//DEPS org.far:far:1.0,org.right:right:2.0  org.left:left:2.0 // all of them"))
        .containsExactly("org.far:far:1.0", "org.left:left:2.0", "org.right:right:2.0");
  }

  @Test
  void theDeclaredVersionComesBeforeOneThatOthersNeed() throws Exception {
    assertThat(installing.packages("//DEPS org.left:left:1.0 org.right:right:2.0"))
        .containsExactly("org.left:left:1.0", "org.right:right:2.0");
  }

  @Test
  void theEntryFileOfAnArchiveDeclares() throws Exception {
    installing.set("FOB_CODE_ENTRY", "Main.java");
    assertThat(
            Installing.first(installing.lock("Main.java", "//DEPS org.far:far:1.0"))
                .path("name")
                .asText())
        .isEqualTo("org.far:far");
  }

  @Test
  void otherCommentsDeclareNothing() throws Exception {
    assertThat(installing.packages("// //DEPS x\n  //DEPS y\n//DEPSX z\n//JAVA_OPTIONS -Xmx1g\n"))
        .isEmpty();
  }

  @Test
  void anArtifactCannotReadTheEnvironment() throws Exception {
    installing.repository().add("org.nosy:nosy:1.0", "org.far:far:${env.OTHER}:compile");
    installing.set("OTHER", "1.0");
    assertThat(installing.refused("//DEPS org.nosy:nosy:1.0"))
        .contains("no version ${env.OTHER} of org.far:far");
  }
}
