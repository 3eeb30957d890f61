"""What a figure of a network is made of: room for texts, shapes, the plan of all places, pens and the legend."""
