package fob.deployer;

import fob.function.Layer;
import java.nio.file.Path;

/**
 * The dependencies of one function.
 *
 * @param layer the archive, which gateways give out
 * @param folder the unpacked archive on this machine
 */
public record FunctionLayer(Layer layer, Path folder) {}
