package fob.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import fob.call.RequestId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ReplyTopicsTest {

  private static final RequestId CALL = new RequestId("call");

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
      assertThat(topics.exists("there", CALL)).isTrue();
      assertThat(topics.exists("not.there", CALL)).isFalse();
    }
    assertThat(asked).containsExactly("there", "not.there");
  }

  @Test
  void aTopicThatRefusedAReplyIsNotUsed() {
    // Given
    ReplyTopics topics = new ReplyTopics(_ -> true);
    assertThat(topics.exists("mine", CALL)).isTrue();

    // When
    topics.refused("mine", CALL);

    // Then
    assertThat(topics.exists("mine", CALL)).isFalse();
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
    assertThat(topics.exists("mine", CALL)).isFalse();
    assertThat(topics.exists("mine", CALL)).isFalse();
    assertThat(asked).hasSize(2);
  }
}
