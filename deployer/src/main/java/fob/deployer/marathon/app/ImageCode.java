package fob.deployer.marathon.app;

import fob.deployer.CodeSource;
import fob.deployer.image.InitBody;
import fob.function.FunctionSpec;
import fob.function.Instance;
import fob.function.Protocol;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The code of a function in an image of its own. It is not in the app: fob posts it to each task.
 *
 * @param ready the instances that were ready when an earlier deployer last wrote the function's
 *     status, so they have their code
 */
public record ImageCode(FunctionSpec spec, CodeSource code, List<Instance> ready) {

  public ImageCode {
    ready = List.copyOf(ready);
  }

  /** The protocol of a task that got its code from an earlier deployer; empty for other tasks. */
  Optional<Protocol> known(String task) {
    return ready.stream()
        .filter(each -> each.id().equals(task))
        .map(Instance::protocol)
        .findFirst();
  }

  /**
   * Makes the body of {@code POST /init}. May wait for the bus.
   *
   * @throws IOException if the code or a secret is missing; the message is for the user
   * @throws org.apache.kafka.common.KafkaException if the bus cannot be read now
   */
  byte[] initBody(Protocol protocol) throws IOException {
    return InitBody.of(spec, code.read(), protocol, code.secrets());
  }
}
