/**
 * What all apps share of one Marathon cluster: the deployment queue, running deployments, the rate
 * of writes, reasons why apps do not serve, and the check at the start.
 */
@NullMarked
package fob.deployer.marathon.cluster;

import org.jspecify.annotations.NullMarked;
