/**
 * The platform that runs each function as an app of a Marathon cluster. {@code MarathonPlatform} is
 * the door; a {@code Tenure} is the time in which this deployer is the active one. An {@code
 * AppReconciler} keeps one app as it is wanted, {@code Subtree} and {@code EventStream} notice
 * changes, {@code DeploymentQueue} and {@code Pace} bound what is asked of Marathon, {@code
 * MarathonClient} speaks to it, {@code FunctionApp} says what an app looks like.
 *
 * <p>The truth is what a GET says; events are hints. Threads: one step of an app at a time, on
 * virtual threads ({@code Serial}); what steps share has a lock of its own and says so.
 */
@NullMarked
package fob.deployer.marathon;

import org.jspecify.annotations.NullMarked;
