/**
 * The platform that runs each function as an app of a Marathon cluster. {@code MarathonPlatform} is
 * its entry point. A {@code MarathonSession} lasts while this deployer is the active one. An {@code
 * AppReconciler} brings one app to its wanted state. {@code GroupWatcher} and {@code EventStream}
 * notice changes. {@code DeploymentQueue} and {@code WriteRate} bound the requests to Marathon.
 *
 * <p>A reply to a GET is authoritative; events are only hints. The steps of one app run one at a
 * time, on virtual threads ({@code CoalescingTask}). State that several apps share has its own
 * lock.
 *
 * <p>Dependencies between the sub-packages have one direction: {@code cluster}, {@code app}, {@code
 * api}, {@code config}, {@code login}, {@code body}; each uses only later ones.
 */
@NullMarked
package fob.deployer.marathon;

import org.jspecify.annotations.NullMarked;
