// No attempt to exit may end the thread, in which other calls run. It fails the call instead.
const { pid } = process;
const kill = process.kill.bind(process);
const wrap = Reflect.apply;

export class ProcessExit extends Error {
  get name() {
    return "ProcessExit";
  }
}

export function takeOver() {
  const refuse = name => (code = "") => {
    throw new ProcessExit(`process.${name}(${code}) was called: a function returns a result or throws an error, `
      + "and does not end its process");
  };
  for (const name of ["exit", "reallyExit", "abort"]) process[name] = refuse(name);
  process.kill = (...args) => {
    if (args[0] === pid && args[1] !== 0) refuse("kill")(args.join(", "));
    return wrap(kill, process, args);
  };
}
