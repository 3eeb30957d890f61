// Reads GraphML and GEXF files with graphology and prints what it found.
const { readFileSync } = require("node:fs");
const Graph = require("graphology");
const readers = { graphml: require("graphology-graphml"), gexf: require("graphology-gexf") };

const read = (file) => readers[file.split(".").pop()].parse(Graph, readFileSync(file, "utf8")).export();
console.log(JSON.stringify(process.argv.slice(2).map(read)));
