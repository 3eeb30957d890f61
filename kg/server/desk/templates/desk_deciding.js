// The places where the readings of a consensus differ: what each reader says side by side, and a choice.
const inShort = (value) => (isEmpty(value) ? "nothing" : typeof value === "string" ? value : Array.isArray(value) ? value.map(inShort).join(", ")
  : value.statement ?? value.quote ?? value.label ?? value.what ?? value.note ?? Object.values(value).filter((part) => typeof part === "string").join(" "));

function drawDeciding() {
  const places = state.undecided ?? [], list = $("deciding").querySelector("ul");
  const at = [...list.children].indexOf(document.activeElement.closest("#deciding li"));
  $("deciding").hidden = !places.length && !list.children.length;
  $("deciding-title").textContent = places.length ? `${places.length} place${places.length === 1 ? "" : "s"} to decide` : "Everything is decided: kg check, then kg build";
  list.replaceChildren(...places.map(placeItem));
  if (at >= 0) list.children[Math.min(at, places.length - 1)]?.querySelector("button.version")?.focus();
}

function versionsOf({ what, said, value }) {
  if (said.length) return said.map(([who, words], index) => ({ who, words: inShort(words), take: index }));
  return [{ who: what, words: inShort(value), take: "keep" }, { who: "the other", words: "nothing", take: "leave out" }];
}

function placeItem(place) {
  const { path, what, finding, said } = place, label = said.length ? what : String(path.findLast((step) => typeof step === "string"));
  const quote = (finding.evidence ?? []).find((part) => part.quote)?.quote;
  const versions = versionsOf(place);
  return h("li", { "data-path": JSON.stringify(path) },
    h("p", {}, h("b", {}, [finding.id, label].filter(Boolean).join(" · ")), label === "statement" || !finding.statement ? "" : ` ${finding.statement}`,
      quote && DATA.paper ? h("button", { type: "button", class: "quiet", onclick: () => showQuote(quote), "aria-label": `show the words of ${finding.id} in the text` }, "show") : null),
    h("div", { class: "versions" }, ...versions.map(({ who, words, take }, index) => h("button", { type: "button", class: "version", onclick: () => decide(place, take) },
      h("kbd", {}, take === "leave out" ? "0" : String(index + 1)), h("small", {}, who), h("span", { dir: "auto" }, words)))),
    said.length ? h("button", { type: "button", class: "quiet", onclick: () => decide(place, "keep") }, "keep what is in the form") : null);
}

const decide = (place, take) => send({ do: "decide", path: place.path, what: place.what, take });

// A number pressed at a place; whether there was one.
function decideByKey(key) {
  const item = document.activeElement.closest("#deciding li");
  const version = item && [...item.querySelectorAll("button.version")].find((button) => button.querySelector("kbd").textContent === key);
  version?.click();
  return !!item;
}
