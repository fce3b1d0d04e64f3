/**
 * The platform that runs each instance as a container of this machine's Docker engine. {@code
 * DockerPlatform} is the door; {@code fob.deployer.local} keeps functions at their number of
 * instances; a {@code DockerFunction} starts and finds one function's containers, as its {@code
 * ContainerSpec} says; {@code Engine} speaks the Engine API over its Unix socket.
 */
@NullMarked
package fob.deployer.docker;

import org.jspecify.annotations.NullMarked;
