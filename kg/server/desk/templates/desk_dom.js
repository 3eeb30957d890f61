// Elements are made from texts only: nothing that was read is ever parsed as HTML.
const $ = (id) => document.getElementById(id);

function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

let lastId = 0;
const newId = (stem) => `${stem}-${(lastId += 1)}`;
const same = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
const copy = (value) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
const fold = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
const slugOf = (text) => fold(text).replaceAll(" ", "-").replace(/[^a-z0-9-]/g, "");
const isEmpty = (value) => value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);

function say(text, bad = false) {
  $("status").textContent = text;
  $("status").classList.toggle("bad", bad);
}

function later(wait, action) {
  let timer = 0, due = null;
  const now = () => { clearTimeout(timer); const action = due; due = null; action?.(); };
  const begin = (...given) => { clearTimeout(timer); due = () => action(...given); timer = setTimeout(now, wait); };
  begin.stop = () => { clearTimeout(timer); due = null; };
  begin.now = now; // does at once what waits
  return begin;
}

const isField = (element) => element instanceof HTMLElement && element.matches("input, textarea, select");
