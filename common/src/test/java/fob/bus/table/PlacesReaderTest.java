package fob.bus.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.bus.table.PlacesReader.Place;
import fob.bus.wire.Topic;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class PlacesReaderTest {

  private final StoredTopic topic = new StoredTopic("letters");
  private final PlacesReader reader =
      new PlacesReader(new Topic("letters", Topic.Split.MANY, Map.of()), topic);

  @AfterEach
  void close() {
    reader.close();
  }

  private List<String> read(Place... places) {
    return reader.read(
        List.of(places),
        record -> {
          if (record.key().equals("bad")) {
            throw new IllegalArgumentException("on purpose");
          }
          return new String(record.value(), UTF_8);
        });
  }

  @Test
  void recordsOfSeveralPartitionsComeInTheOrderOfThePlaces() {
    // Given
    for (int offset = 0; offset < 1_000; offset++) {
      topic.write(1, offset, "key", "1-" + offset);
      topic.write(2, offset, "key", "2-" + offset);
    }

    // Then
    assertThat(
            read(
                new Place(2, 999),
                new Place(1, 998),
                new Place(2, 3),
                new Place(2, 0),
                new Place(1, 500)))
        .containsExactly("2-999", "1-998", "2-3", "2-0", "1-500");
    assertThat(read(new Place(1, 7))).containsExactly("1-7");
    assertThat(read()).isEmpty();
  }

  @Test
  void whatIsGoneOrRefusedIsLeftOut() {
    // Given
    topic.write(1, 3, "key", "a");
    topic.write(1, 5, "bad", "b");
    topic.write(1, 6, "key", null);
    topic.write(1, 9, "key", "c");

    // Then
    assertThat(
            read(
                new Place(1, 9),
                new Place(1, 6),
                new Place(1, 5),
                new Place(1, 4),
                new Place(1, 3)))
        .containsExactly("c", "a");
  }

  @Test
  void whatHasExpiredIsLeftOutAndTheRestIsRead() {
    // Given
    for (int offset = 0; offset < 10; offset++) {
      topic.write(1, offset, "key", "1-" + offset);
      topic.write(2, offset, "key", "2-" + offset);
    }

    // When
    topic.expire(1, 5);

    // Then
    assertThat(read(new Place(1, 8), new Place(2, 3), new Place(1, 4), new Place(1, 2)))
        .containsExactly("1-8", "2-3");
    assertThat(read(new Place(1, 4))).isEmpty();
  }

  @Test
  void placesThatATopicDoesNotHaveYetAreNotTakenForExpiredOnes() {
    // Given
    topic.write(1, 7, "key", "a");
    topic.failOnce(new OffsetOutOfRangeException("on purpose", Map.of(topic.partition(1), 9L)));

    // Then
    assertThatThrownBy(() -> read(new Place(1, 9))).isInstanceOf(OffsetOutOfRangeException.class);
  }

  @Test
  void aDamagedRecordIsLeftOutAndThoseAroundItAreRead() {
    // Given
    for (int offset = 0; offset < 10; offset++) {
      topic.write(1, offset, "key", "1-" + offset);
    }

    // When
    topic.damage(1, 5);

    // Then
    assertThat(read(new Place(1, 8), new Place(1, 5), new Place(1, 3)))
        .containsExactly("1-8", "1-3");
    assertThat(read(new Place(1, 7), new Place(1, 4))).containsExactly("1-7", "1-4");
  }
}
