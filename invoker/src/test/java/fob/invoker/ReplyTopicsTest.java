package fob.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ReplyTopicsTest {

  private final List<String> asked = new ArrayList<>();

  @Test
  void kafkaIsAskedOnceForATopic() {
    // Given
    ReplyTopics topics =
        new ReplyTopics(topic -> {
          asked.add(topic);
          return topic.equals("there");
        });

    // When / Then
    for (int i = 0; i < 10; i++) {
      assertThat(topics.exists("there")).isTrue();
      assertThat(topics.exists("not.there")).isFalse();
    }
    assertThat(asked).containsExactly("there", "not.there");
  }

  @Test
  void aTopicThatRefusedAReplyIsNotUsed() {
    // Given
    ReplyTopics topics = new ReplyTopics(_ -> true);
    assertThat(topics.exists("mine")).isTrue();

    // When
    topics.refused("mine");

    // Then
    assertThat(topics.exists("mine")).isFalse();
  }

  @Test
  void afterAFailedLookupKafkaIsAskedAgain() {
    // Given
    ReplyTopics topics =
        new ReplyTopics(topic -> {
          asked.add(topic);
          throw new TimeoutException("no word");
        });

    // When / Then
    assertThat(topics.exists("mine")).isFalse();
    assertThat(topics.exists("mine")).isFalse();
    assertThat(asked).hasSize(2);
  }
}
