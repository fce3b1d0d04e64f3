package fob.driver.install;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/** A Maven repository in a folder: artifacts with their checksums. */
record MavenFolder(Path folder) {

  /** Makes a repository of some artifacts. */
  static MavenFolder in(Path folder) throws IOException {
    MavenFolder made = new MavenFolder(folder);
    // Direct: left. Needed by others: right, whose nearest version wins, and far. Not needed: x.
    made.add(
        "org.left:left:1.0",
        "org.right:right:1.0:compile",
        "org.x:tests:1:test",
        "org.x:given:1:provided");
    made.add("org.left:left:2.0");
    made.add("org.right:right:1.0", "org.far:far:1.0:runtime");
    made.add("org.right:right:2.0");
    made.add("org.far:far:1.0");
    made.add("org.other:left:1.0");
    made.add("org.broken:broken:1.0", "org.gone:gone:1.0:compile");
    made.put("org/left/left/1.0/left-1.0-extra.jar", jar("extra", "1"));
    return made;
  }

  static byte[] jar(String name, String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream out = new JarOutputStream(bytes)) {
      ZipEntry entry = new ZipEntry(name);
      entry.setTime(0);
      out.putNextEntry(entry);
      out.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  /** Adds group:name:version, which needs group:name:version:scope. */
  void add(String artifact, String... needs) throws IOException {
    String[] parts = artifact.split(":");
    String path = parts[0].replace('.', '/') + "/" + parts[1];
    String file = "%s/%s/%s-%s".formatted(path, parts[2], parts[1], parts[2]);
    put(file + ".jar", jar("name", parts[0] + " " + parts[2]));
    put(file + ".pom", pom(parts, List.of(needs)).getBytes(UTF_8));
    String versions;
    try (var all = Files.list(folder.resolve(path))) {
      versions =
          all
              .filter(Files::isDirectory)
              .map(each -> "<version>" + each.getFileName() + "</version>")
              .collect(Collectors.toCollection(TreeSet::new))
              .stream()
              .collect(Collectors.joining());
    }
    put(
        path + "/maven-metadata.xml",
        """
        <metadata><groupId>%s</groupId><artifactId>%s</artifactId><versioning><versions>%s</versions></versioning></metadata>
        """
            .formatted(parts[0], parts[1], versions)
            .getBytes(UTF_8));
  }

  private static String pom(String[] parts, List<String> needs) {
    return """
    <project><modelVersion>4.0.0</modelVersion><groupId>%s</groupId><artifactId>%s</artifactId>
    <version>%s</version><dependencies>%s</dependencies></project>
    """
        .formatted(
            parts[0],
            parts[1],
            parts[2],
            needs.stream().map(MavenFolder::dependency).collect(Collectors.joining()));
  }

  private static String dependency(String need) {
    String[] parts = need.split(":");
    return """
    <dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version>
    <scope>%s</scope></dependency>
    """
        .formatted((Object[]) parts);
  }

  void put(String path, byte[] content) throws IOException {
    put(path, content, null);
  }

  void put(String path, byte[] content, @Nullable String checksum) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
    Files.writeString(
        file.resolveSibling(file.getFileName() + ".sha1"),
        checksum == null ? sha1(content) : checksum);
  }

  private static String sha1(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
