package fob.deployer;

import java.time.InstantSource;

/**
 * When the deployer does what is not due at once.
 *
 * @param keptVersions how many versions of a name stay, the newest ones
 */
record Times(Later later, InstantSource clock, int keptVersions) {}
