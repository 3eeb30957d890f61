// Files to download: the picture and its data.

function download(blob, ending, note = "") {
  const name = plain(data.about.title).replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60) || "graph";
  const link = el("a", { href: URL.createObjectURL(blob), download: `${name}.${ending}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  say(`Saved ${name}.${ending}${note && `; ${note}`}`);
}

function captionText() {
  const { title, snapshot } = data.about;
  return `${title} · ${shownText()}${snapshot ? ` · snapshot ${snapshot.slice(0, 12)}` : ""}`;
}

function savePng() {
  pictureCanvas(canvas, colour, captionText()).toBlob((blob) => download(blob, "png"));
}

function saveSvg() {
  download(new Blob([pictureSvg(network, colour, data.about.title, captionText())], { type: "image/svg+xml" }), "svg");
}

let written = null; // the pieces of the files

/** The pieces of the files that kg writes: what is before, between and after the nodes and edges, and these. */
async function piecesOfFiles() {
  const bytes = Uint8Array.from(atob($("network-files").textContent), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).json();
}

/** Saves the data, the whole of it or what is shown; the whole is the same file as that of `kg graph -o`. */
async function saveData(form) {
  try {
    written ??= await piecesOfFiles();
  } catch {
    say("This browser cannot unpack the files; use a newer one, or kg graph -o");
    return;
  }
  const at = Object.keys(written.forms).indexOf(form);
  const [head, middle, foot, joint, note] = written.forms[form];
  const only = $("save-shown").checked;
  const seen = (edge) => (!edge.hidden || stoodFor(edge)) && !nodes[edge.from].hidden && !nodes[edge.to].hidden;
  const joined = (pieces, isKept) => pieces.filter((_, id) => !only || isKept(id)).map((piece) => piece[at]).join(joint);
  const file = [head, joined(written.nodes, (id) => !nodes[id].hidden), middle, joined(written.edges, (id) => seen(edges[id])), foot];
  download(new Blob(file, { type: "application/octet-stream" }), form, note);
}
