package fob.bus;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/** Asks the cluster for the members of a group. Thread-safe. */
public final class GroupMembers implements AutoCloseable {

  private final Admin admin;
  private final Group group;

  public GroupMembers(Bus bus, Group group) {
    this.admin = bus.admin();
    this.group = group;
  }

  /**
   * Returns whether the group has members, and none of them has this name. A member of this name
   * has partitions that wait for it and that no other member reads. False also if the cluster does
   * not tell. Blocks for 10 s at most. A member that was killed counts until the cluster has missed
   * it.
   *
   * @param member as in {@link Bus#member}
   */
  public boolean hasOnlyOthers(Optional<String> member) throws InterruptedException {
    try {
      var answer = admin.describeConsumerGroups(List.of(group.name())).describedGroups();
      var members = Objects.requireNonNull(answer.get(group.name())).get().members();
      return !members.isEmpty()
          && members.stream()
              .noneMatch(one -> member.isPresent() && one.groupInstanceId().equals(member));
    } catch (ExecutionException unknown) {
      return false;
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
