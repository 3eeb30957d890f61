// The overview: distinct studies of practices with challenges or outcomes, counted as the evidence map counts them.

const ABSENT = "absent";
/** What findings claim of pairs; `finding`, `practice` and `target` are nodes. */
const claims = (data.claims?.rows ?? []).map(([finding, practice, target, relation, source, first], order) => {
  const [study, work, key, year, via, via_key] = data.claims.sources[source];
  return { order, finding: nodes[finding], practice: nodes[practice], target: nodes[target], polarity: data.claims.relations[relation],
    study, work, key, year, via, via_key, first_hand: first === 1 };
});
const topsById = new Map(data.claims?.tops ?? []);
/** What a thing is counted in while it is folded: itself, or the broadest things above it. */
const topsOf = (node) => (topsById.get(node.id) ?? [node.id]).map((id) => nodes[id]);
/** The right sides that there are claims for. */
const AXES = ["challenge", "outcome"].filter((kind) => claims.some((claim) => claim.target.kind === kind && claim.polarity !== ABSENT));
const claimsOf = new Map(); // of each finding
for (const claim of claims) claimsOf.set(claim.finding, [...(claimsOf.get(claim.finding) ?? []), claim]);

/**
 * The cells of an axis: pairs of a practice with a target. Targets of the coarse level are categories of challenges and
 * single outcomes, those of the fine level are single challenges and outcomes: the columns of the two evidence maps.
 */
function cellsOf(axis, level) {
  const found = new Map();
  for (const claim of claims) {
    if (claim.target.kind !== axis) continue;
    const columns = level === "coarse" && axis === "challenge" ? topsOf(claim.target) : [claim.target];
    for (const column of columns) {
      const key = `${claim.practice.id},${column.id}`;
      if (!found.has(key)) found.set(key, []);
      found.get(key).push(claim);
    }
  }
  return found;
}

const CELLS = Object.fromEntries(AXES.map((axis) => [axis, { coarse: cellsOf(axis, "coarse"), fine: cellsOf(axis, "fine") }]));

/** The cells after filtering: what was found, and what was looked for together and not found. */
function keptCells(cells) {
  const hand = (state.filters.hand ?? "").split("-")[0];
  return new Map([...cells].map(([key, all]) => {
    const [found, looked] = [all.filter((claim) => claim.polarity !== ABSENT), all.filter((claim) => claim.polarity === ABSENT)];
    return [key, { found: keptInCell(found, hand, passesFilters), looked: keptInCell(looked, hand, passesFilters) }];
  }));
}

let counted = { when: null, cells: {} };
/** The cells of an axis and level under the filters of this moment. */
function cellsNow(axis, level) {
  const when = JSON.stringify(state.filters);
  if (counted.when !== when) counted = { when, cells: {} };
  return (counted.cells[`${axis} ${level}`] ??= keptCells(CELLS[axis][level]));
}

/** The things of a side with those that are folded into them, the most studied first: filters do not change the order. */
function familiesOf(axis, side) {
  const own = new Map();
  for (const claim of claims) {
    if (claim.target.kind !== axis) continue;
    for (const top of topsOf(claim[side])) {
      if (!own.has(top)) own.set(top, { top, members: new Set(), studies: new Set() });
      own.get(top).members.add(claim[side]);
      if (claim.polarity !== ABSENT) own.get(top).studies.add(claim.study);
    }
  }
  return [...own.values()].map((one) => ({ ...one, members: [...one.members] })).sort((a, b) => b.studies.size - a.studies.size || byName(a.top, b.top));
}

const byName = (one, another) => one.name.localeCompare(another.name, "en", { numeric: true }) || one.id - another.id;
const FAMILIES = Object.fromEntries(AXES.map((axis) => [axis, { practice: familiesOf(axis, "practice"), target: familiesOf(axis, "target") }]));
const groupOf = (node) => (node.areas.length > 1 ? "across areas" : node.areas[0] ?? "");

/** The claims in the cells of some practices and some columns, each once. */
function within(axis, practices, { level, columns }) {
  const cells = cellsNow(axis, level);
  const found = new Set(), looked = new Set();
  for (const practice of practices) {
    for (const column of columns) {
      const cell = cells.get(`${practice.id},${column.id}`);
      cell?.found.forEach((claim) => found.add(claim));
      cell?.looked.forEach((claim) => looked.add(claim));
    }
  }
  return { found: [...found], looked: [...looked] };
}

/** All columns of an axis while everything is folded. */
const wholeRight = (axis) => ({ level: "coarse", columns: [...new Set(FAMILIES[axis].target.flatMap(({ top, members }) => foldedColumns(axis, top, members)))] });
const foldedColumns = (axis, top, members) => (axis === "challenge" ? [top] : members);
const allPractices = (axis) => [...new Set(FAMILIES[axis].practice.flatMap(({ members }) => members))];

const slotsCache = new Map();
/**
 * The places on both sides. An opened thing becomes a heading with its members below it; `open` has the names of opened
 * things. `!` marks a thing itself, without what is narrower.
 */
function slotsOf(axis, open) {
  const key = `${axis} ${[...open].map((node) => node.id).join()} ${JSON.stringify(state.filters)}`;
  if (slotsCache.has(key)) return slotsCache.get(key);
  if (slotsCache.size > 20) slotsCache.clear();
  const [practices, right] = [allPractices(axis), wholeRight(axis)];
  const left = inGroups(FAMILIES[axis].practice).flatMap(({ top, members }) => {
    const make = (node, role, some) => slot({ node, role, side: "left", practices: some, right, group: groupOf(top) }, axis, some, right);
    return unfoldedSlots(top, members, open, make);
  });
  const targets = FAMILIES[axis].target.flatMap(({ top, members }) => {
    const make = (node, role, some) => {
      const own = role === "single" || role === "itself" ? { level: "fine", columns: some } : { level: "coarse", columns: foldedColumns(axis, top, members) };
      return slot({ node, role, side: "right", practices, right: own, group: "" }, axis, practices, own);
    };
    return unfoldedSlots(top, members, open, make);
  });
  const sides = { left, right: targets, whole: summary(within(axis, practices, right)) };
  slotsCache.set(key, sides);
  return sides;
}

function slot(made, axis, practices, right) {
  return { ...made, key: `${made.node.id}${made.role === "itself" ? "!" : ""}`, ...summary(within(axis, practices, right)) };
}

const summary = ({ found, looked }) => ({ found, looked, ...countHands(found), findings: new Set(found.map((claim) => claim.finding)).size });

function unfoldedSlots(top, members, open, make) {
  if (!open.has(top) || !canOpen(top, members)) return [make(top, "whole", members)];
  const inner = members.map((one) => make(one, one === top ? "itself" : "single", [one]));
  inner.sort((a, b) => Number(b.role === "itself") - Number(a.role === "itself") || b.n - a.n || byName(a.node, b.node));
  return [make(top, "heading", members), ...inner];
}

const canOpen = (top, members) => members.length > 1 || members[0] !== top;

/** Practices with those of one area next to each other; a practice of several areas comes last. */
function inGroups(families) {
  const names = [...new Set(families.map(({ top }) => groupOf(top)))].sort((a, b) => (a === "across areas") - (b === "across areas") || a.localeCompare(b, "en"));
  return names.flatMap((name) => families.filter(({ top }) => groupOf(top) === name));
}

const studiedBy = new Map((data.claims?.studied ?? []).map(([id, own, all]) => [id, { own: new Set(own), all: new Set(all) }]));
const excluded = new Set((data.claims?.excluded ?? []).map(([one, other]) => `${one},${other}`));
/** The states of a pair without a finding, named and signed as in the evidence map. */
const LACKING = {
  looked: { sign: "×", name: "Looked for together and not found" },
  hidden: { sign: "…", name: "Hidden by the filters" },
  none: { sign: "–", name: "No evidence found", why: "a study has findings on both, but none on the two together" },
  nobody: { sign: "·", name: "Nobody looked", why: "no study in this graph has findings on both; a work that is not annotated may have looked" },
  excluded: { sign: "n/a", name: "Not applicable", why: "somebody declares that the two make no sense together" },
};

/** Why no finding links two places: a key of `LACKING`. */
function lackOf(axis, one, other) {
  const [left, right] = one.side === "left" ? [one, other] : [other, one];
  const all = left.practices.some(({ id }) => right.right.columns.some((column) => CELLS[axis][right.right.level].has(`${id},${column.id}`)));
  if (all) return within(axis, left.practices, right.right).looked.length ? "looked" : "hidden";
  if (excluded.has(`${left.node.id},${right.node.id}`)) return "excluded";
  const studies = ({ node, role }) => studiedBy.get(node.id)[role === "single" || role === "itself" ? "own" : "all"];
  return [...studies(left)].some((study) => studies(right).has(study)) ? "none" : "nobody";
}

const relationOrder = (relation) => data.claims.relations.indexOf(relation);

/** A band for each relation between two places: its studies are those of the pair's cells that say so. */
function bandsOf(axis, { left, right }) {
  const bands = [];
  for (const one of left.filter(({ role }) => role !== "heading")) {
    for (const other of right.filter(({ role }) => role !== "heading")) {
      const { found } = within(axis, one.practices, other.right);
      const relations = [...new Set(found.map(({ polarity }) => polarity))].sort((a, b) => relationOrder(a) - relationOrder(b));
      for (const says of relations) {
        const own = found.filter(({ polarity }) => polarity === says);
        bands.push({ key: `${one.key}|${says}|${other.key}`, left: one, right: other, says, found: own, ...countHands(own),
          findings: new Set(own.map((claim) => claim.finding)).size });
      }
    }
  }
  return bands;
}

const NOTHING_OPEN = new Set();
const MOST_AT_FIRST = 36;
/** The number of studies from which links are drawn at first: few enough to follow each with the eye. */
function leastAtFirst(axis) {
  const sizes = bandsOf(axis, slotsOf(axis, NOTHING_OPEN)).map(({ n }) => n).sort((a, b) => b - a);
  const next = sizes[MOST_AT_FIRST] ?? 0;
  return sizes[0] > next ? next + 1 : Math.max(next, 1);
}
