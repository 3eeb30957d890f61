"""Pictures for papers: the figures, the evidence map and the network, all drawn on one canvas."""
