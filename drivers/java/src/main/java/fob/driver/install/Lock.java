package fob.driver.install;

import fob.driver.json.JsonException;
import fob.driver.json.JsonReader;
import fob.driver.json.JsonWriter;
import fob.driver.json.NotJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.jspecify.annotations.Nullable;

/**
 * The exact artifacts: lock.json.
 *
 * @param java what the code says of Java; null: nothing
 */
record Lock(List<Jar> packages, @Nullable String java) {

  private static final String ALGORITHM = "SHA-256";
  private static final String KIND = "sha256-";

  /**
   * One jar.
   *
   * @param file its name in the layer
   */
  record Jar(Artifact artifact, String file, String hash) {}

  /** The lock of artifacts that have been downloaded. */
  static Lock of(List<Artifact> downloaded, @Nullable String java) throws IOException {
    List<Artifact> jars = new ArrayList<>(downloaded);
    jars.removeIf(artifact -> !artifact.getExtension().equals("jar")); // such as a POM
    jars.sort(
        Comparator.comparing(Artifact::getGroupId)
            .thenComparing(Artifact::getArtifactId)
            .thenComparing(Artifact::getVersion)
            .thenComparing(Artifact::getClassifier));
    List<Jar> packages = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Artifact jar : jars) {
      String classifier = jar.getClassifier().isEmpty() ? "" : "-" + jar.getClassifier();
      String file = jar.getArtifactId() + "-" + jar.getVersion() + classifier + ".jar";
      if (!names.add(file)) {
        file = jar.getGroupId() + "." + file; // two groups have an artifact of the same name
        names.add(file);
      }
      packages.add(new Jar(jar, file, hash(jar.getPath())));
    }
    return new Lock(packages, packages.isEmpty() ? null : java);
  }

  static String hash(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance(ALGORITHM);
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      return KIND + Base64.getEncoder().encodeToString(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  void write(Path file) throws IOException {
    List<Object> list = new ArrayList<>();
    for (Jar each : packages) {
      Artifact artifact = each.artifact();
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", artifact.getGroupId() + ":" + artifact.getArtifactId());
      entry.put("version", artifact.getVersion());
      if (!artifact.getClassifier().isEmpty()) {
        entry.put("classifier", artifact.getClassifier());
      }
      entry.put("file", each.file());
      entry.put("hash", each.hash());
      list.add(entry);
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("packages", list);
    if (java != null) {
      all.put("java", java);
    }
    try {
      Files.write(file, JsonWriter.write(all, Integer.MAX_VALUE).toBytes());
    } catch (NotJson e) {
      throw new IllegalStateException(e);
    }
  }

  static Lock read(Path file) throws IOException, Problem {
    try {
      if (JsonReader.read(Files.readAllBytes(file)) instanceof Map<?, ?> all
          && all.get("packages") instanceof List<?> list) {
        List<Jar> packages = new ArrayList<>();
        for (Object each : list) {
          packages.add(readJar(each));
        }
        return new Lock(packages, all.get("java") instanceof String java ? java : null);
      }
      throw new Problem("lock.json has no list of packages");
    } catch (JsonException e) {
      throw new Problem("lock.json is not JSON: " + e.getMessage(), e);
    }
  }

  private static Jar readJar(Object each) throws Problem {
    Map<?, ?> entry = each instanceof Map<?, ?> map ? map : Map.of();
    String[] name = text(entry, "name").split(":", -1);
    String file = text(entry, "file");
    if (name.length != 2 || file.contains("/") || !file.endsWith(".jar")) {
      throw new Problem("lock.json has a wrong name: " + text(entry, "name") + ", " + file);
    }
    String classifier = entry.containsKey("classifier") ? text(entry, "classifier") : "";
    return new Jar(
        new DefaultArtifact(name[0], name[1], classifier, "jar", text(entry, "version")),
        file,
        text(entry, "hash"));
  }

  private static String text(Map<?, ?> entry, String member) throws Problem {
    if (entry.get(member) instanceof String text) {
      return text;
    }
    throw new Problem("lock.json has a package without '" + member + "'");
  }
}
