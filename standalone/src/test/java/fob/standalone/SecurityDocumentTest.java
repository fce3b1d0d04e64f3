package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of attacks in docs/security.md, against the attacks and tests that there are. */
class SecurityDocumentTest {

  private static final String DOCUMENT = Dcos.text(Repository.ROOT.resolve("docs/security.md"));
  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT)|test_\\w+)`");

  @Test
  void everyHostileSourceIsInTheTable() throws IOException {
    Set<String> sources = HostileFob.sources();

    assertThat(sources)
        .hasSizeGreaterThan(10)
        .allSatisfy(source -> assertThat(DOCUMENT).contains("`" + source + "`"));
  }

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    // Given
    Set<String> named =
        TEST.matcher(DOCUMENT).results().map(test -> test.group(1)).collect(Collectors.toSet());
    Predicate<Path> sources =
        path -> path.toString().matches(".*/(src/test/java|drivers/[a-z]+/tests)/.*[.](java|py)");
    Set<String> tests;
    try (Stream<Path> files = Files.walk(Repository.ROOT)) {
      tests =
          files
              .filter(sources)
              .map(path -> path.getFileName().toString().replaceFirst("[.]\\w+$", ""))
              .collect(Collectors.toCollection(TreeSet::new));
    }

    // Then
    assertThat(named).hasSizeGreaterThan(10).isSubsetOf(tests);
  }
}
