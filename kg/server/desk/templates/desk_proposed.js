// What drafts propose for this paper; each finding is accepted by itself, and undo takes it back.
function drawProposed() {
  const proposals = state.proposals ?? [];
  $("proposed").hidden = !proposals.length;
  $("proposed").querySelector("summary").textContent = `${proposals.length} proposed finding${proposals.length === 1 ? "" : "s"}`;
  $("proposed").querySelector("ul").replaceChildren(...proposals.map(proposedItem));
}

function proposedItem({ draft, by, finding }) {
  const quotes = (finding.evidence ?? []).filter((part) => part.quote);
  const about = Object.values(KEYS_OF).flatMap((key) => finding[key] ?? []);
  const links = (finding.links ?? []).map((link) => `${link.challenge} ${link.polarity ?? "hinders"} ${link.practice ?? link.approach ?? link.tool}`);
  const effects = (finding.effects ?? []).map((effect) => `${effect.practice ?? effect.approach ?? effect.tool ?? effect.challenge} ${effect.direction} ${effect.outcome}`);
  const said = [...about, ...links, ...effects, ...(finding.attributed_to ? [`a finding of ${finding.attributed_to}`] : [])];
  return h("li", {},
    h("p", { dir: "auto" }, h("b", {}, finding.id), " ", finding.statement, h("small", {}, ` proposed by ${by}, section ${finding.section}`)),
    ...quotes.map((part) => h("p", {}, h("q", { dir: "auto" }, part.quote), " ",
      h("button", { type: "button", class: "quiet", onclick: () => showQuote(part.quote), "aria-label": `show the words of ${finding.id} in the text` }, "show"))),
    said.length ? h("p", { class: "soft" }, said.join(" · ")) : null,
    h("button", { type: "button", class: "main", "aria-label": `Accept ${finding.id}`, onclick: () => accept(draft, finding.id) }, "Accept"));
}

function accept(draft, finding) {
  inTurn(async () => {
    const { ok, value } = await ask("/accept", { draft, finding });
    if (!ok) { say(`not accepted: ${value.error}`, true); return; }
    receive(value);
    say(`accepted as ${value.id}`);
    const card = cards.find((one) => one.id === value.id);
    if (card) { setCurrent(card); card.element.scrollIntoView({ block: "nearest" }); }
  });
}
