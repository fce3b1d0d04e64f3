package fob.driver.install;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.jspecify.annotations.Nullable;

/**
 * What the code declares in comments, which are JBang's.
 *
 * @param artifacts in the order of the code, which decides between versions that others need
 * @param java the versions of Java that the code runs with, such as {@code 25+}; null: any
 */
record Declared(List<Artifact> artifacts, @Nullable String java) {

  private static final Pattern DIRECTIVE =
      Pattern.compile("^//(DEPS|JAVA)\\b(.*?)(\\s//\\s.*)?$", Pattern.DOTALL);
  private static final String PART = "[A-Za-z0-9_.-]+";
  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "(?<group>%1$s):(?<artifact>%1$s):(?<version>[A-Za-z0-9_.+-]+)(:(?<classifier>%1$s))?(@(?<type>%1$s))?"
              .formatted(PART));
  private static final Pattern JAVA = Pattern.compile("(\\d{1,4})(\\+?)");
  private static final String EXPECTED =
      "expected group:artifact:version, such as org.json:json:20250517";

  static Declared in(String code) throws Problem {
    Map<String, Artifact> artifacts = new LinkedHashMap<>();
    String java = null;
    int number = 0;
    for (String line : code.split("\r\n|\r|\n", -1)) {
      number++;
      Matcher directive = DIRECTIVE.matcher(line);
      if (!directive.matches()) {
        continue;
      }
      String where = "line " + number + ": ";
      String content = directive.group(2);
      if (directive.group(1).equals("JAVA")) {
        java = content.strip();
        checkJava(where, java);
      } else {
        addAll(where, content, artifacts);
      }
    }
    return new Declared(List.copyOf(artifacts.values()), java);
  }

  private static void addAll(String where, String content, Map<String, Artifact> artifacts)
      throws Problem {
    List<String> words = new ArrayList<>(List.of(content.split("[\\s,]+")));
    words.removeIf(String::isEmpty);
    if (words.isEmpty()) {
      throw new Problem(where + "//DEPS names no dependency; " + EXPECTED);
    }
    for (String word : words) {
      Artifact artifact = artifact(where, word);
      String name = name(artifact);
      Artifact other = artifacts.putIfAbsent(name, artifact);
      if (other != null && !other.getVersion().equals(artifact.getVersion())) {
        throw new Problem(
            "%s//DEPS wants %s %s, and wanted %s before; keep one of them"
                .formatted(where, name, artifact.getVersion(), other.getVersion()));
      }
    }
  }

  private static String name(Artifact artifact) {
    String classifier = artifact.getClassifier();
    return artifact.getGroupId()
        + ":"
        + artifact.getArtifactId()
        + (classifier.isEmpty() ? "" : " (" + classifier + ")");
  }

  private static Artifact artifact(String where, String word) throws Problem {
    Matcher parts = DEPENDENCY.matcher(word);
    if (!parts.matches()) {
      throw new Problem(where + "//DEPS " + word + " cannot be read; " + EXPECTED);
    }
    String type = parts.group("type");
    if (type != null && !type.equals("jar")) {
      throw new Problem(
          where + "//DEPS " + word + " is of the type " + type + ", and only jars can be used");
    }
    String version = parts.group("version");
    if (version.equals("LATEST") || version.equals("RELEASE") || version.endsWith("-SNAPSHOT")) {
      throw new Problem(
          where + "//DEPS " + word + " may be another file tomorrow; name a released version");
    }
    String classifier = parts.group("classifier");
    return new DefaultArtifact(
        parts.group("group"),
        parts.group("artifact"),
        classifier == null ? "" : classifier,
        "jar",
        version);
  }

  /** Checks that this JDK has a version that the code runs with. */
  static void checkJava(String where, String wanted) throws Problem {
    Matcher version = JAVA.matcher(wanted);
    if (!version.matches()) {
      throw new Problem(
          where + "//JAVA " + wanted + " cannot be read; expected a version, such as 25+ or 25");
    }
    int least = Integer.parseInt(version.group(1));
    int have = Runtime.version().feature();
    if (have < least || (have > least && version.group(2).isEmpty())) {
      throw new Problem(
          where + "the code requires Java " + wanted + ", and functions run in Java " + have);
    }
  }
}
