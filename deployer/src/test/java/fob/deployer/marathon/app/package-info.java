@NullMarked
package fob.deployer.marathon.app;

import org.jspecify.annotations.NullMarked;
