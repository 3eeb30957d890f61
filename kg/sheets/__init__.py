"""Tables of a spreadsheet that people work in: annotations out and back, and the data sheets of reviews in."""
