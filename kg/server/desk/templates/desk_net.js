// Requests to the desk: one after the other, so that edits arrive in their order.
const DATA = JSON.parse(document.getElementById("data").textContent);

async function ask(path, body) {
  const options = { headers: { accept: "application/json" } };
  if (body !== undefined) {
    options.method = "POST";
    options.headers["content-type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let response, value;
  try {
    response = await fetch(path, options);
    value = await response.json();
  } catch {
    const error = response ? "the desk gave no valid answer" : "the desk does not answer: is `kg desk` still running?";
    return { ok: false, status: 0, value: { error } };
  }
  if (!response.ok && value && !value.error) value.error = value.detail || "this is not possible";
  return { ok: response.ok, status: response.status, value };
}

let queue = Promise.resolve();
let waiting = 0;

// Runs a task when those before it have ended; the page is not left while one runs.
function inTurn(task) {
  waiting += 1;
  queue = queue.then(task).catch((error) => say(String(error), true)).finally(() => { waiting -= 1; });
  return queue;
}
