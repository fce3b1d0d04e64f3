package fob.deployer.marathon;

import fob.deployer.Ending;
import fob.function.FunctionStatus;

/** Is told what happens to apps. Called by the steps of apps, several at a time. */
interface AppListener {

  /** The app's function has a new status. */
  void changed(AppReconciler app, FunctionStatus status);

  /** A task of the app has ended, though fob did not scale or remove the app. */
  void ended(AppReconciler app, Ending why);

  /**
   * A task of the app has to be replaced. It is told again if that has not happened for a while.
   */
  void mustReplace(AppReconciler app, String task, String reason);

  /** The app is not wanted any more, and Marathon has none. */
  void gone(AppReconciler app);
}
