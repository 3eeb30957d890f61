// The picture as SVG: the same drawing as on the canvas, as paths and text.

/** Replaces characters that XML 1.0 cannot contain (section 2.2). */
const sayable = (text) => String(text).replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd");

/** A drawing context (HTML Living Standard, "The 2D rendering context") as far as vis-network and this page use it. */
class SvgContext {
  #state = { fillStyle: "#000", strokeStyle: "#000", lineWidth: 1, font: `10px ${FONT}`, textAlign: "start", textBaseline: "alphabetic", lineJoin: "miter", lineCap: "butt", dash: [], matrix: [1, 0, 0, 1, 0, 0] };
  #kept = [];
  #path = "";

  constructor(canvas, into) { this.canvas = canvas; this.into = into; this.clip = () => {}; this.clearRect = () => {}; this.drawImage = () => {}; }

  static {
    for (const name of ["fillStyle", "strokeStyle", "lineWidth", "font", "textAlign", "textBaseline", "lineJoin", "lineCap"]) {
      Object.defineProperty(this.prototype, name, { get() { return this.#state[name]; }, set(value) { this.#state[name] = value; } });
    }
  }

  save() { this.#kept.push({ ...this.#state }); }
  restore() { this.#state = this.#kept.pop() ?? this.#state; }
  setLineDash(dash) { this.#state.dash = dash; }
  getLineDash() { return this.#state.dash; }
  measureText(text) { ruler.font = this.#state.font; return ruler.measureText(text); }

  // Transformations: each element is written with the matrix at that moment.
  setTransform(a, b, c, d, e, f) { const ratio = this.canvas.width / this.canvas.clientWidth; this.#state.matrix = [a / ratio, b, c, d / ratio, e, f]; }
  transform(a, b, c, d, e, f) {
    const [A, B, C, D, E, F] = this.#state.matrix;
    this.#state.matrix = [A * a + C * b, B * a + D * b, A * c + C * d, B * c + D * d, A * e + C * f + E, B * e + D * f + F];
  }

  translate(x, y) { this.transform(1, 0, 0, 1, x, y); }
  scale(x, y) { this.transform(x, 0, 0, y, 0, 0); }
  rotate(turn) { this.transform(Math.cos(turn), Math.sin(turn), -Math.sin(turn), Math.cos(turn), 0, 0); }

  // Paths
  beginPath() { this.#path = ""; }
  closePath() { if (this.#path) this.#path += "Z"; }
  #to(letter, ...numbers) { this.#path += letter + numbers.map(rounded).join(" "); }
  moveTo(x, y) { this.#to("M", x, y); }
  lineTo(x, y) { this.#to(this.#path ? "L" : "M", x, y); }
  quadraticCurveTo(...numbers) { this.#to("Q", ...numbers); }
  bezierCurveTo(...numbers) { this.#to("C", ...numbers); }
  rect(x, y, width, height) { this.#to("M", x, y); this.#path += `h${rounded(width)}v${rounded(height)}h${rounded(-width)}Z`; }
  roundRect(x, y, width, height, radius) {
    const r = Math.min(radius, width / 2, height / 2);
    this.#to("M", x + r, y);
    this.#path += `h${rounded(width - 2 * r)}a${r} ${r} 0 0 1 ${r} ${r}v${rounded(height - 2 * r)}a${r} ${r} 0 0 1 ${-r} ${r}h${rounded(2 * r - width)}a${r} ${r} 0 0 1 ${-r} ${-r}v${rounded(2 * r - height)}a${r} ${r} 0 0 1 ${r} ${-r}Z`;
  }

  arc(x, y, r, from, to, back = false) {
    const turn = back ? from - to : to - from;
    const at = (angle) => [x + r * Math.cos(angle), y + r * Math.sin(angle)];
    this.#to(this.#path && !this.#path.endsWith("Z") ? "L" : "M", ...at(from));
    // A full circle ends where it starts, which SVG does not draw: it is written as two arcs.
    if (Math.abs(turn) >= 2 * Math.PI - 1e-6) this.#arcTo(r, from + Math.PI, at, false, back);
    this.#arcTo(r, to, at, Math.abs(turn) > Math.PI && Math.abs(turn) < 2 * Math.PI - 1e-6, back);
  }

  #arcTo(r, angle, at, far, back) {
    const [x, y] = at(angle);
    this.#path += `A${rounded(r)} ${rounded(r)} 0 ${far ? 1 : 0} ${back ? 0 : 1} ${rounded(x)} ${rounded(y)}`;
  }

  fill() { this.#write("path", { d: this.#path, ...paint("fill", this.#state.fillStyle) }); }
  stroke() { this.#write("path", { d: this.#path, fill: "none", ...this.#stroke() }); }
  fillRect(x, y, width, height) { this.#write("rect", { x: rounded(x), y: rounded(y), width: rounded(width), height: rounded(height), ...paint("fill", this.#state.fillStyle) }); }

  #stroke() {
    const { strokeStyle, lineWidth, lineJoin, dash } = this.#state;
    return { ...paint("stroke", strokeStyle), "stroke-width": rounded(lineWidth), "stroke-linejoin": lineJoin, ...(dash.length ? { "stroke-dasharray": dash.join(" ") } : {}) };
  }

  // Words
  fillText(text, x, y) { this.#words(text, x, y, paint("fill", this.#state.fillStyle)); }
  strokeText(text, x, y) { this.#words(text, x, y, { fill: "none", ...this.#stroke(), "stroke-linejoin": "round" }); }

  #words(text, x, y, look) {
    const [, weight, size, family] = /^\s*(.*?)\s*([\d.]+)px\s+(.*)$/.exec(this.#state.font) ?? ["", "", "12", FONT];
    // Programs interpret `dominant-baseline` differently: the baseline is computed here.
    const down = { top: 0.8, hanging: 0.8, middle: 0.34, alphabetic: 0, bottom: -0.2 }[this.#state.textBaseline] ?? 0;
    const anchor = { center: "middle", right: "end", end: "end" }[this.#state.textAlign] ?? "start";
    this.#write("text", { x: rounded(x), y: rounded(y + down * Number(size)), "font-size": size, "font-family": family, ...(/bold|[6-9]00/.test(weight) ? { "font-weight": "600" } : {}), "text-anchor": anchor, ...look }, text);
  }

  #write(name, attributes, text = "") {
    if (name === "path" && !attributes.d) return;
    const made = this.into.ownerDocument.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.setAttribute("transform", `matrix(${this.#state.matrix.map((part) => Number(part.toFixed(4))).join(" ")})`);
    if (text) made.textContent = sayable(text);
    this.into.append(made);
  }
}

const rounded = (value) => Number(value.toFixed(2));

/** A colour that every program reads: without the two digits of opacity that CSS allows after the six. */
function paint(what, colour) {
  const [, solid, share] = /^(#[0-9a-f]{6})([0-9a-f]{2})$/i.exec(colour) ?? [];
  const opacity = share && rounded(parseInt(share, 16) / 255);
  return solid ? { [what]: solid, ...(opacity < 1 ? { [`${what}-opacity`]: opacity } : {}) } : { [what]: colour };
}

/** What is on the screen as the text of an SVG file, with a background and a caption. */
function pictureSvg(network, colour, title, caption) {
  const { frame: { canvas } } = network.canvas;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const svg = document.implementation.createDocument("http://www.w3.org/2000/svg", "svg").documentElement;
  const add = (name, text) => { svg.append(svg.ownerDocument.createElementNS(svg.namespaceURI, name)); svg.lastChild.textContent = sayable(text); };
  for (const [name, value] of Object.entries({ width, height: height + 26, viewBox: `0 0 ${width} ${height + 26}`, role: "img" })) svg.setAttribute(name, value);
  add("title", title);
  add("desc", caption);
  const context = new SvgContext(canvas, svg);
  context.fillStyle = colour("ground");
  context.fillRect(0, 0, width, height + 26);
  const real = network.canvas.getContext;
  network.canvas.getContext = () => context;
  try {
    network.renderer._redraw();
  } finally {
    network.canvas.getContext = real;
  }
  context.setTransform(canvas.width / width, 0, 0, canvas.width / width, 0, 0);
  context.fillStyle = colour("soft");
  context.font = `12px ${FONT}`;
  context.textAlign = "start";
  context.textBaseline = "alphabetic";
  context.fillText(caption, 10, height + 17);
  network.redraw();
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(svg)}\n`;
}
