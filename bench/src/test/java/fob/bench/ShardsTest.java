package fob.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShardsTest {

  @Test
  void partitionsAreSharedWhenEachHasAnOwnerAndEachMemberItsPart() {
    assertThat(Shards.areShared(List.of(Set.of(0, 1), Set.of(2, 3)), 2, 4)).isTrue();
    assertThat(Shards.areShared(List.of(Set.of(0, 1, 2), Set.of(3, 4)), 2, 5)).isTrue();
    assertThat(Shards.areShared(List.of(Set.of(0, 1, 2, 3)), 1, 4)).isTrue();
  }

  @Test
  void partitionsAreNotSharedWhileSomeMove() {
    assertThat(Shards.areShared(List.of(Set.of(0, 1), Set.of(2)), 2, 4)).isFalse();
    assertThat(Shards.areShared(List.of(Set.of(0, 1), Set.of()), 2, 4)).isFalse();
  }

  @Test
  void partitionsAreNotSharedWhileOneMemberHasTooMany() {
    assertThat(Shards.areShared(List.of(Set.of(0, 1, 2, 3), Set.of()), 2, 4)).isFalse();
    assertThat(Shards.areShared(List.of(Set.of(0, 1, 2), Set.of(3)), 2, 4)).isFalse();
  }

  @Test
  void partitionsAreNotSharedWhileAMemberIsMissingOrTooMany() {
    assertThat(Shards.areShared(List.of(Set.of(0, 1, 2, 3)), 2, 4)).isFalse();
    assertThat(Shards.areShared(List.of(Set.of(0, 1), Set.of(2, 3)), 1, 4)).isFalse();
    assertThat(Shards.areShared(List.of(), 1, 4)).isFalse();
  }
}
