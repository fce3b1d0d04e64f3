@NullMarked
package fob.deployer.marathon.config;

import org.jspecify.annotations.NullMarked;
