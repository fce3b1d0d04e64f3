package fob.deployer;

import fob.function.Layer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The dependencies of one function.
 *
 * @param layer the archive, which gateways give out
 * @param folder the unpacked archive on this machine; null if instances fetch it from a gateway
 */
public record FunctionLayer(Layer layer, @Nullable Path folder) {}
