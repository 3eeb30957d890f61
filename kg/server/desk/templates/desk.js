// Starts the page, and looks for changes that others make.
async function begin() {
  const { entry, stem } = DATA;
  $("title").textContent = entry ? `${entry.label}: ${entry.title}` : stem;
  $("title").title = $("title").textContent;
  makeStudy();
  await readReference();
  drawPaper();
  bindPaper();
  bindKeys();
  setCurrent(null);
  $("more").disabled = true;
  if (await refresh()) say("every change is saved at once");
  watch();
}

let checks = 0;
async function watch() {
  const { ok, value } = await ask("/version");
  if (!ok) say(value.error, true);
  else if (state && !waiting && (value.version !== state.version || value.checked !== checks)) {
    const other = value.version !== state.version;
    checks = value.checked;
    await inTurn(async () => {
      const changed = await refresh();
      if (changed && other) say("the file was changed by another program; the change is shown here");
    });
  }
  setTimeout(watch, 1500);
}

const unsaved = () => waiting || [...cards, study, whole].some((card) => (card.id === null && !isEmpty(card.draft.statement)) || card.fields.some((field) => field.dirty()));
addEventListener("beforeunload", (event) => { if (unsaved()) event.preventDefault(); });

begin();
