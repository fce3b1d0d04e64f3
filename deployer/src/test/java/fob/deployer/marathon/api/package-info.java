@NullMarked
package fob.deployer.marathon.api;

import org.jspecify.annotations.NullMarked;
