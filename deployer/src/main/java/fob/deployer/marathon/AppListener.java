package fob.deployer.marathon;

import fob.function.FunctionStatus;

/** Is told what happens to apps. Called by the steps of apps, several at a time. */
interface AppListener {

  /** The app's function has a new status. */
  void changed(AppReconciler app, FunctionStatus status);

  /** The app is not wanted any more, and Marathon has none. */
  void gone(AppReconciler app);
}
