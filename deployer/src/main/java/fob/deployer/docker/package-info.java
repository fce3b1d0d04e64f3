/**
 * The platform that runs each instance as a container of this machine's Docker engine. Start
 * reading at {@code DockerPlatform}; {@code fob.deployer.local} keeps functions at their number of
 * instances; a {@code DockerFunction} starts and finds one function's containers; {@code
 * ContainerSpec} describes them; {@code Engine} calls the Engine API over the Unix socket.
 */
@NullMarked
package fob.deployer.docker;

import org.jspecify.annotations.NullMarked;
