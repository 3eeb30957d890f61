// How distinct studies are counted, on the page of the evidence map and on that of the graph.

const studies = (findings) => new Set(findings.map((f) => f.study));

/**
 * The findings of one cell that count, as Selection.kept in kg/answers/selection.py.
 * With second-hand evidence only, a study with a first-hand finding in the cell is left out.
 */
function keptInCell(findings, hand, passes) {
  const said = findings.filter(passes);
  if (hand === "first") return said.filter((f) => f.first_hand);
  if (hand !== "second") return said;
  const first = studies(said.filter((f) => f.first_hand));
  return said.filter((f) => !first.has(f.study));
}

/** The numbers of distinct studies: a study with a first-hand finding is not counted as second-hand as well. */
function countHands(found) {
  const first = studies(found.filter((f) => f.first_hand));
  const second = studies(found.filter((f) => !first.has(f.study)));
  return { first: first.size, second: second.size, n: first.size + second.size };
}
