package fob.deployer.layer;

import fob.bus.table.LayerReader;
import fob.bus.wire.LayerWire;
import fob.deployer.local.Trees;
import fob.function.Layer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The unpacked layers on this machine, each in a folder that all functions with the same layer
 * share. Sandboxes see them read-only. If instances run elsewhere, no layer is unpacked.
 * Thread-safe: layers are unpacked one at a time.
 */
final class LayerCache {

  private static final Logger LOGGER = LoggerFactory.getLogger(LayerCache.class);
  private static final int MOST_FILES = 100_000;
  private static final String LOST = "they are not on fob.layers any more";

  private final Path directory;
  private final InstallSettings settings;
  private final boolean unpacks;
  private final LayerReader reader;

  /** The layers whose files this deployer has unpacked or looked at. */
  private final Set<Layer> whole = new HashSet<>(); // guarded by this

  LayerCache(Installer installer, LayerReader reader) {
    this.directory = installer.directory();
    this.settings = installer.settings();
    this.unpacks = installer.unpacksLayers();
    this.reader = reader;
  }

  /** Returns the bounds of a layer. */
  static Untar bounds(InstallSettings settings) {
    return new Untar(MOST_FILES, settings.layerBytes());
  }

  /**
   * Makes a new folder for files on their way. Nobody but fob can list it. Sandboxes, which are
   * other users, can open what they are shown.
   */
  Path scratch() throws IOException {
    return Files.setPosixFilePermissions(
        Files.createTempDirectory(directory, "new-"), PosixFilePermissions.fromString("rwx--x--x"));
  }

  private Path folder(Layer layer) {
    return directory.resolve("layer-" + layer.name());
  }

  /** Puts a folder that was just installed into the cache. */
  synchronized void add(Layer layer, Path installed) throws IOException {
    if (unpacks) {
      Files.move(installed, folder(layer), StandardCopyOption.ATOMIC_MOVE);
      whole.add(layer);
    }
  }

  /**
   * Returns the folder of a layer; null if no layer is unpacked here. Blocks while the layer is
   * read and unpacked. If it is not unpacked here, only the first of its pieces is looked for,
   * because a topic loses its oldest records first.
   *
   * @throws IOException if it is not on the topic any more, or is damaged
   * @throws org.apache.kafka.common.KafkaException if the broker cannot be read now
   */
  synchronized @Nullable Path unpacked(Layer layer) throws IOException {
    Path folder = folder(layer);
    if (whole.contains(layer) && Files.exists(folder)) {
      return folder;
    }
    LayerWire.Description description =
        reader.description(layer).orElseThrow(() -> new IOException(LOST));
    if (!unpacks) {
      reader.requireFirstPiece(layer, description);
      return null;
    }
    if (!isWhole(layer, folder)) {
      unpack(layer, description, folder);
    }
    whole.add(layer);
    return folder;
  }

  /** Whether an earlier deployer has left the files of a layer, as they were installed. */
  private boolean isWhole(Layer layer, Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return false;
    }
    boolean isWhole =
        layer.unpackedBytes() == 0 || LayerWriter.inMemory(folder) == layer.unpackedBytes();
    if (!isWhole) {
      LOGGER.atWarn().addKeyValue("layer", layer.id()).log("files are missing; unpacking it again");
      // Instances that use what is left of it go on. The next deployer deletes it.
      Path aside = Files.createTempDirectory(directory, "damaged-");
      Files.move(folder, aside.resolve("files"), StandardCopyOption.ATOMIC_MOVE);
    }
    return isWhole;
  }

  private void unpack(Layer layer, LayerWire.Description description, Path folder)
      throws IOException {
    Path scratch = scratch();
    try {
      Path archive = scratch.resolve("archive");
      MessageDigest digest = LayerWriter.sha256();
      try (OutputStream to = new DigestOutputStream(Files.newOutputStream(archive), digest)) {
        reader.copy(layer, description, to);
      }
      if (!HexFormat.of().formatHex(digest.digest()).equals(layer.sha256())) {
        throw new IOException("its checksum is wrong");
      }
      Path files = Trees.directory(scratch.resolve("files"), "rwxr-xr-x");
      try (InputStream from =
          new GZIPInputStream(new BufferedInputStream(Files.newInputStream(archive)))) {
        bounds(settings).into(files, from);
      }
      Files.move(files, folder, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Trees.delete(scratch);
    }
  }

  /** Returns what is left of earlier deployers: everything but the layers in use. */
  List<Path> leftOver(Set<Layer> used) {
    Set<Path> kept = used.stream().map(this::folder).collect(Collectors.toUnmodifiableSet());
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(path -> !kept.contains(path)).toList();
    } catch (IOException e) {
      LOGGER.atWarn().setCause(e).log("old layers on this machine cannot be looked for");
      return List.of();
    }
  }

  synchronized void delete(Layer layer) {
    whole.remove(layer);
    Trees.delete(folder(layer));
  }
}
