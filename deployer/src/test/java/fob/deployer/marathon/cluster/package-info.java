@NullMarked
package fob.deployer.marathon.cluster;

import org.jspecify.annotations.NullMarked;
