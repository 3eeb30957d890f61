// Letters as the pages fold them (`folded` of site_tables.py): small, without accents.
const LETTERS = { ø: "o", ł: "l", đ: "d", ð: "d", ß: "ss", æ: "ae", œ: "oe", þ: "th", ı: "i" };
const fold = (text) => {
  const small = text.toLowerCase();
  // Most texts are plain; the two replacements take ten times as long as the test.
  return /^[\x20-\x7e]*$/.test(small) ? small
    : small.replace(/[øłđðßæœþı]/g, (letter) => LETTERS[letter]).normalize("NFKD").replace(/\p{M}/gu, "");
};
