package fob.driver.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Why dependencies cannot be found. */
class ReasonsIT {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path root;

  private Installing installing;

  @BeforeEach
  void make() throws IOException {
    installing = new Installing(root);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"org.left:left", "left", "a:b:c:d:e", "org.left:left:[1,2]", "a:b:${v}", ""})
  void aDeclarationThatCannotBeReadIsNamedWithItsLine(String declared) throws Exception {
    assertThat(installing.refused("\n//DEPS " + declared + "\n"))
        .containsPattern("^error: line 2: //DEPS .*expected group:artifact:version");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "//DEPS org.left:left:1.0@pom|of the type pom",
        "//DEPS org.left:left:1.0-SNAPSHOT|name a released version",
        "//JAVA 99+|error: line 1: the code requires Java 99+, and functions run in Java ",
        "//JAVA 17|requires Java 17,",
        "//JAVA new|expected a version",
        "//DEPS org.no:no:1.0|error: there is no artifact org.no:no in the repository ",
        "//DEPS org.broken:broken:1.0|no artifact org.gone:gone",
        "//DEPS org.left:left:2.0:extra|org.left:left 2.0 has no file with the classifier extra"
      })
  void whatCannotBeHadIsNamed(String declared, String said) throws Exception {
    assertThat(installing.refused(declared)).contains(said);
  }

  @Test
  void twoVersionsOfOneArtifactAreRefused() throws Exception {
    assertThat(installing.refused("//DEPS org.left:left:1.0\n//DEPS org.left:left:2.0"))
        .isEqualTo(
            "error: line 2: //DEPS wants org.left:left 2.0, and wanted 1.0 before; keep one of them");
  }

  @Test
  void aVersionThatDoesNotExistIsNamedWithThoseThatDo() throws Exception {
    assertThat(installing.refused("//DEPS org.left:left:3.0"))
        .isEqualTo("error: there is no version 3.0 of org.left:left\nthe newest are: 1.0, 2.0");
  }

  @Test
  void aFileThatIsNotAsItsChecksumIsRefused() throws Exception {
    installing
        .repository()
        .put("org/far/far/1.0/far-1.0.jar", MavenFolder.jar("a", "b"), "0".repeat(40));
    assertThat(installing.refused("//DEPS org.far:far:1.0"))
        .startsWith("error: the file of org.far:far 1.0 does not match its checksum");
  }

  @Test
  void aRepositoryThatIsAwayIsNamedWithoutItsPassword() throws Exception {
    // Given
    int unused;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      unused = socket.getLocalPort();
    }
    installing.set("FOB_MAVEN_REPOSITORY", "http://me:geheim@127.0.0.1:" + unused + "/x");

    // Then
    assertThat(installing.refused("//DEPS org.far:far:1.0"))
        .startsWith("error: the repository 127.0.0.1:" + unused + " cannot be reached: ")
        .doesNotContain("geheim");
  }

  @Test
  void aRepositoryThatFailsIsToldFromAMissingArtifact() throws Exception {
    // Given
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(500, -1);
          exchange.close();
        });
    server.start();
    installing.set("FOB_MAVEN_REPOSITORY", "http://127.0.0.1:" + server.getAddress().getPort());

    // Then
    assertThat(installing.refused("//DEPS org.far:far:1.0"))
        .containsPattern("^error: the repository 127.* has answered HTTP status 500 ");
    server.stop(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"me:geheim@here", "ftp://me:geheim@here", "http://me:geheim@under_score/"})
  void aWrongUrlOfTheRepositoryIsToldWithoutIt(String url) throws Exception {
    installing.set("FOB_MAVEN_REPOSITORY", url);
    assertThat(installing.refused("//DEPS org.far:far:1.0"))
        .startsWith("error: the operator's FOB_MAVEN_REPOSITORY is not a URL")
        .doesNotContain("geheim");
  }
}
