package fob.deployer.layer;

import fob.bus.Bus;
import fob.bus.table.TopicFollower;
import fob.bus.wire.LayerWire;
import fob.bus.wire.Topics;
import fob.deployer.local.Trees;
import fob.function.Layer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what earlier deployers left on {@code fob.layers} and on this machine: layers that no
 * function has, because the deployer was killed before it wrote the function's row or removed the
 * layer. Thread-safe.
 */
final class LayerSweep {

  private static final Logger LOGGER = LoggerFactory.getLogger(LayerSweep.class);
  private static final Duration LONGEST = Duration.ofMinutes(30);

  private final Bus bus;
  private final LayerWriter writer;
  private final LayerUses uses;
  private final LayerCache cache;

  LayerSweep(Bus bus, LayerWriter writer, LayerUses uses, LayerCache cache) {
    this.bus = bus;
    this.writer = writer;
    this.uses = uses;
    this.cache = cache;
  }

  /** Sweeps once, beside everything else, as the topic may be large. */
  void start() {
    Set<Layer> layers = uses.all();
    Set<String> used =
        layers.stream()
            .map(layer -> LayerWire.key(layer.id(), layer.copy()))
            .collect(Collectors.toUnmodifiableSet());
    List<Path> files = cache.leftOver(layers);
    Instant begun = Instant.now();
    Thread.ofPlatform()
        .daemon()
        .name("fob-layer-sweep")
        .start(() -> {
          files.forEach(Trees::delete);
          sweep(used, begun);
        });
  }

  private void sweep(Set<String> used, Instant begun) {
    Set<String> left = ConcurrentHashMap.newKeySet();
    try (TopicFollower topic =
        new TopicFollower(
            bus.loops(),
            Topics.LAYERS,
            bus.uncheckedReader(),
            record -> {
              // A newer record belongs to a layer that this deployer is making.
              boolean unused = !used.contains(LayerWire.archiveOf(record.key()));
              if (record.value() == null) {
                left.remove(record.key());
              } else if (unused && record.timestamp() < begun.toEpochMilli()) {
                left.add(record.key());
              }
            })) {
      topic.start(begun.plus(LONGEST));
      for (String key : new TreeSet<>(left)) {
        writer.delete(key);
      }
      if (!left.isEmpty()) {
        LOGGER.atInfo().addKeyValue("records", left.size()).log("layers of nobody were removed");
      }
    } catch (KafkaException | IllegalStateException e) {
      LOGGER.atWarn().log("layers that nobody uses were not looked for: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
