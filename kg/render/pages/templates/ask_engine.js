// The worker with the engine and the graph. It is made when it is first needed, and again after it was stopped.
function engine(library) {
  let worker = null;
  let opened = null;
  let number = 0;
  let halt = () => {};
  const waiting = new Map();

  const script = (src) => new Promise((resolve, reject) => {
    const made = Object.assign(document.createElement("script"), { src });
    made.addEventListener("load", resolve);
    made.addEventListener("error", () => reject({ rule: "site/incomplete", message: `${src} cannot be read`, hint: "copy the whole folder of the site" }));
    document.head.append(made);
  });

  async function open() {
    const parts = Promise.all([window.kgEngine ?? script("ask-engine.js"), window.kgGraph ?? script("ask-graph.js")]);
    await Promise.race([parts, new Promise((_, reject) => { halt = reject; })]);
    const code = URL.createObjectURL(new Blob([window.kgEngine.code], { type: "text/javascript" }));
    worker = new Worker(code);
    worker.addEventListener("message", ({ data }) => settle(data));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      stop({ rule: "engine/failed", message: `the engine failed: ${event.message || "this browser does not start it"}`, hint: "" });
    });
    await post("open", { wasm: window.kgEngine.wasm, graph: window.kgGraph.graph, pages: window.kgGraph.places, all: library });
    URL.revokeObjectURL(code);
  }

  function settle({ id, answer, refusal, fatal }) {
    const asked = waiting.get(id);
    if (!asked) return;
    waiting.delete(id);
    clearTimeout(asked.timer);
    if (refusal) asked.reject(refusal);
    else asked.resolve(answer);
    if (fatal) stop(refusal);
  }

  function post(task, given, seconds = 0) {
    return new Promise((resolve, reject) => {
      number += 1;
      const late = () => stop({ rule: "limit/time", message: library.limits.late, hint: library.limits.lateHint });
      waiting.set(number, { resolve, reject, timer: seconds ? setTimeout(late, seconds * 1000) : 0 });
      worker.postMessage({ id: number, task, given });
    });
  }

  /** Ends the worker, or the reading before it; whatever was asked is refused. */
  function stop(refusal) {
    halt(refusal);
    worker?.terminate();
    [worker, opened] = [null, null];
    const refused = [...waiting.values()];
    waiting.clear();
    for (const { reject, timer } of refused) {
      clearTimeout(timer);
      reject(refusal);
    }
  }

  function ready() {
    if (!opened) {
      const mine = open().catch((error) => {
        if (opened === mine) opened = null; // it may be another one since it was stopped
        throw error;
      });
      opened = mine;
    }
    return opened;
  }

  const call = async (task, given, seconds) => {
    await ready();
    return post(task, given, seconds);
  };
  return { ready, call, stop };
}
