@NullMarked
package fob.deployer.local;

import org.jspecify.annotations.NullMarked;
